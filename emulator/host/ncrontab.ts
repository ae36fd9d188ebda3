// NCRONTAB with six fields (seconds first), in UTC, as the timer trigger reads it
// (https://learn.microsoft.com/azure/azure-functions/functions-bindings-timer#ncrontab-expressions).

const monthNames = 'january february march april may june july august september october november december'.split(' ');
const dayNames = 'sunday monday tuesday wednesday thursday friday saturday'.split(' ');

interface FieldRule {
  readonly label: string;
  readonly min: number;
  readonly max: number;
  readonly names?: readonly string[];
}

const second: FieldRule = { label: 'second', min: 0, max: 59 };
const minute: FieldRule = { label: 'minute', min: 0, max: 59 };
const hour: FieldRule = { label: 'hour', min: 0, max: 23 };
const day: FieldRule = { label: 'day', min: 1, max: 31 };
const month: FieldRule = { label: 'month', min: 1, max: 12, names: monthNames };
const weekday: FieldRule = { label: 'day of week', min: 0, max: 6, names: dayNames };

const dayMs = 86_400_000;
/** After this many days the calendar repeats itself: 400 years. */
const calendarDays = 146_097;

export interface Schedule {
  /**
   * The first occurrence later than an instant.
   *
   * @param afterMs milliseconds since 1970-01-01T00:00:00Z; so is the answer
   */
  next(afterMs: number): number;
}

/** @throws when the expression is not valid, or names a day that never comes */
export function parseSchedule(expression: string): Schedule {
  const fields = expression.trim().split(/\s+/);
  const [seconds, minutes, hours, days, months, weekdays] = fields;
  if (
    fields.length !== 6 ||
    seconds === undefined ||
    minutes === undefined ||
    hours === undefined ||
    days === undefined ||
    months === undefined ||
    weekdays === undefined
  ) {
    throw new Error(
      `"${expression}" is not a schedule. Give six fields: second, minute, hour, day, month, day of week.`,
    );
  }
  const allowedDays = new Set(parseField(days, day));
  const allowedMonths = new Set(parseField(months, month));
  const allowedWeekdays = new Set(parseField(weekdays, weekday));
  const timesOfDay = {
    seconds: parseField(seconds, second),
    minutes: parseField(minutes, minute),
    hours: parseField(hours, hour),
  };
  const isAllowedDay = (midnight: number): boolean => {
    const date = new Date(midnight);
    return (
      allowedMonths.has(date.getUTCMonth() + 1) &&
      allowedDays.has(date.getUTCDate()) &&
      allowedWeekdays.has(date.getUTCDay())
    );
  };
  const schedule: Schedule = {
    next(afterMs) {
      const start = Math.floor(afterMs / 1000) * 1000 + 1000;
      let midnight = Math.floor(start / dayMs) * dayMs;
      for (let tried = 0; tried <= calendarDays; tried++, midnight += dayMs) {
        if (isAllowedDay(midnight)) {
          const time = firstTimeOfDay(timesOfDay, Math.max(0, start - midnight) / 1000);
          if (time !== undefined) {
            return midnight + time * 1000;
          }
        }
      }
      throw new Error(`The schedule "${expression}" never comes. Change day, month or day of week.`);
    },
  };
  schedule.next(0);
  return schedule;
}

interface TimesOfDay {
  readonly seconds: readonly number[];
  readonly minutes: readonly number[];
  readonly hours: readonly number[];
}

/** The first second of the day not before `from`, or nothing when the rest of the day has none. */
function firstTimeOfDay({ seconds, minutes, hours }: TimesOfDay, from: number): number | undefined {
  for (const hourOfDay of hours) {
    if (hourOfDay * 3600 + 3599 >= from) {
      for (const minuteOfHour of minutes) {
        const minuteStart = hourOfDay * 3600 + minuteOfHour * 60;
        const found = minuteStart + 59 >= from ? seconds.find((value) => minuteStart + value >= from) : undefined;
        if (found !== undefined) {
          return minuteStart + found;
        }
      }
    }
  }
  return undefined;
}

/** The values that a field allows, ascending. */
function parseField(text: string, rule: FieldRule): readonly number[] {
  const values = new Set<number>();
  for (const part of text.split(',')) {
    const [range = '', stepText, ...rest] = part.split('/');
    const step = stepText === undefined ? 1 : parseNumber(stepText, rule);
    const [from, to] = parseRange(range, rule, stepText !== undefined);
    if (rest.length > 0 || step < 1 || from > to) {
      throw invalidField(text, rule);
    }
    for (let value = from; value <= to; value += step) {
      values.add(value);
    }
  }
  return [...values].sort((left, right) => left - right);
}

function parseRange(text: string, rule: FieldRule, hasStep: boolean): [from: number, to: number] {
  if (text === '*') {
    return [rule.min, rule.max];
  }
  const [fromText = '', toText, ...rest] = text.split('-');
  const from = parseValue(fromText, rule);
  // `5/20` means every twentieth from the fifth on.
  const to = toText === undefined ? (hasStep ? rule.max : from) : parseValue(toText, rule);
  if (rest.length > 0) {
    throw invalidField(text, rule);
  }
  return [from, to];
}

function parseValue(text: string, rule: FieldRule): number {
  const lower = text.toLowerCase();
  const named = lower.length < 3 ? -1 : (rule.names?.findIndex((name) => name.startsWith(lower)) ?? -1);
  const value = named >= 0 ? named + rule.min : parseNumber(text, rule);
  if (value < rule.min || value > rule.max) {
    throw invalidField(text, rule);
  }
  return value;
}

function parseNumber(text: string, rule: FieldRule): number {
  if (!/^\d{1,2}$/.test(text)) {
    throw invalidField(text, rule);
  }
  return Number(text);
}

function invalidField(text: string, rule: FieldRule): Error {
  return new Error(
    `"${text}" is not valid for the field ${rule.label} of a schedule. Use numbers from ${rule.min} to ${rule.max}, lists, rising ranges and steps.`,
  );
}
