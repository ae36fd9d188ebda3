// Events stay in the region, and so do those that cannot be delivered.
import { at, deviations } from './read-props.js';
import { resourceRule } from './resource-rule.js';
import { deadLetterContainer } from '../plan/containers.js';

export const eventsStayInRegion = resourceRule({
  name: 'events-stay-in-region',
  why: 'Otherwise Azure copies the definitions of topics to the paired region and may process events there.',
  checks: {
    'eventgrid:Domain': (props) => deviations(props, { dataResidencyBoundary: 'WithinRegion' }),
    // Where a region has no domains, a custom topic takes its place.
    'eventgrid:Topic': (props) => deviations(props, { dataResidencyBoundary: 'WithinRegion' }),
  },
});

const subscriptionProblems = (props: unknown) => [
  ...deviations(props, {
    'deadLetterWithResourceIdentity.deadLetterDestination.blobContainerName': deadLetterContainer,
  }),
  ...(at(props, 'deadLetterDestination') === undefined ? [] : ['deadLetterDestination is written to with a key']),
];

export const deadLettersStayInAccount = resourceRule({
  name: 'dead-letters-stay-in-account',
  why: "Dead letters hold whole events; only in the geography's own container are they removed in time.",
  checks: {
    'eventgrid:DomainEventSubscription': subscriptionProblems,
    'eventgrid:DomainTopicEventSubscription': subscriptionProblems,
    'eventgrid:TopicEventSubscription': subscriptionProblems,
    'eventgrid:EventSubscription': subscriptionProblems,
  },
});
