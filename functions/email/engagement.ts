// What the links and the picture of a tracked mail lead to. Whoever follows one is nobody that we know, and is sent to where
// the sender wanted, however long ago that was.
import { Readable } from 'node:stream';
import { z } from 'zod';
import { type Operation, operation } from '../../shared/api/index.js';
import {
  emailFaults,
  type Engagements,
  type EngagementTokens,
  linkPath,
  picturePath,
} from '../../shared/email/index.js';
import { Answer, Download, downloadOf, Fault, NoBody } from '../../shared/http/index.js';

export interface EngagementParts {
  readonly tokens: EngagementTokens;
  readonly engagements: Engagements;
}

const common = { service: 'mailLinks', auth: { kind: 'anonymous' } } as const;
const Headers = z.object({ 'user-agent': z.string().optional() });
/** Programs ask again for what they may keep, and nobody else is told where somebody came from. */
const privately = { 'cache-control': 'no-store', 'referrer-policy': 'no-referrer', 'x-robots-tag': 'noindex' };
/** One transparent dot. */
const picture = Buffer.from('R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7', 'base64');

export function engagementOperations({ tokens, engagements }: EngagementParts): Operation[] {
  const found = (resourceId: string, token: string, wantsLink: boolean, agent: string, isHead: boolean) => {
    const content = tokens.open(resourceId, token);
    if (content === undefined || (content.target !== '') !== wantsLink) {
      throw new Fault(emailFaults.noSuchLink);
    }
    if (!isHead) {
      engagements.begin(resourceId, content, agent);
    }
    return content;
  };
  return [
    operation({
      ...common,
      name: 'email-follow-link',
      summary: 'Leads to where a link of a mail was meant to lead.',
      route: `GET ${linkPath}/{token}`,
      headers: Headers,
      answers: { 302: NoBody },
      answerHeaders: { 302: ['location', ...Object.keys(privately)] },
      answer: async ({ resource, params, headers, request }) => {
        const agent = headers['user-agent'] ?? '';
        const { target } = found(resource.immutableId, params.token, true, agent, request.isHead === true);
        return new Answer(302, undefined, { location: new URL(target).href, ...privately });
      },
    }),
    operation({
      ...common,
      name: 'email-load-picture',
      summary: 'Answers with a picture of one dot, which a mail program loads when the mail is opened.',
      route: `GET ${picturePath}/{token}`,
      headers: Headers,
      answers: { 200: downloadOf('image/gif') },
      answerHeaders: { 200: Object.keys(privately) },
      answer: async ({ resource, params, headers, request }) => {
        const agent = headers['user-agent'] ?? '';
        found(resource.immutableId, params.token, false, agent, request.isHead === true);
        return new Answer(200, new Download(Readable.from([picture]), 'image/gif', picture.length), privately);
      },
    }),
  ];
}
