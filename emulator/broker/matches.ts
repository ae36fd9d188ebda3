// Whether a subscription asks for an event: types, beginning and end of the subject, and the common advanced filters.
// https://learn.microsoft.com/azure/event-grid/event-filtering
import type { AdvancedFilter, DeliveredEvent, EventFilter, ValuesFilter } from './model.js';

export function matches(event: DeliveredEvent, filter: EventFilter): boolean {
  const {
    includedEventTypes,
    subjectBeginsWith = '',
    subjectEndsWith = '',
    isSubjectCaseSensitive,
    advancedFilters,
  } = filter;
  const cased = (text: string) => (isSubjectCaseSensitive === true ? text : text.toLowerCase());
  const subject = cased(event.subject);
  return (
    (includedEventTypes === undefined ||
      includedEventTypes.some((type) => type.toLowerCase() === event.eventType.toLowerCase())) &&
    subject.startsWith(cased(subjectBeginsWith)) &&
    subject.endsWith(cased(subjectEndsWith)) &&
    (advancedFilters ?? []).every((each) => holds(event, each))
  );
}

function holds(event: DeliveredEvent, filter: AdvancedFilter): boolean {
  const found = valueAt(event, filter.key);
  // Of a list any element may fit.
  const values: readonly unknown[] = Array.isArray(found) ? found : [found];
  if (filter.operatorType === 'BoolEquals') {
    return values.includes(filter.value);
  }
  if (!('values' in filter)) {
    return (found === undefined || found === null) === (filter.operatorType === 'IsNullOrUndefined');
  }
  const isNegative = filter.operatorType.includes('Not');
  const isOne = values.some((value) => fits(value, filter));
  return isNegative ? !isOne : isOne;
}

/** Without regard to `Not`. */
function fits(value: unknown, filter: ValuesFilter): boolean {
  const operator = filter.operatorType.replace('Not', '');
  if (typeof value === 'number') {
    return filter.values.some((wanted) => typeof wanted === 'number' && compare(operator, value, wanted));
  }
  const text = typeof value === 'string' ? value.toLowerCase() : undefined;
  return (
    text !== undefined &&
    filter.values.some((wanted) => typeof wanted === 'string' && contains(operator, text, wanted.toLowerCase()))
  );
}

function contains(operator: string, text: string, wanted: string): boolean {
  switch (operator) {
    case 'StringBeginsWith':
      return text.startsWith(wanted);
    case 'StringEndsWith':
      return text.endsWith(wanted);
    case 'StringContains':
      return text.includes(wanted);
    default:
      return operator === 'StringIn' && text === wanted;
  }
}

function compare(operator: string, value: number, wanted: number): boolean {
  switch (operator) {
    case 'NumberIn':
      return value === wanted;
    case 'NumberGreaterThan':
      return value > wanted;
    case 'NumberGreaterThanOrEquals':
      return value >= wanted;
    case 'NumberLessThan':
      return value < wanted;
    default:
      return operator === 'NumberLessThanOrEquals' && value <= wanted;
  }
}

function valueAt(event: object, key: string): unknown {
  let value: unknown = event;
  for (const part of key.split('.')) {
    const fields: object = typeof value === 'object' && value !== null ? value : {};
    const name = Object.keys(fields).find((each) => each.toLowerCase() === part.toLowerCase());
    value = name === undefined ? undefined : (fields as Record<string, unknown>)[name];
  }
  return value;
}
