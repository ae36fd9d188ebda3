// The trace that work belongs to, as W3C Trace Context writes it (www.w3.org/TR/trace-context, section 3.2). Whoever wants
// traces registers a tracer provider, a context manager and a propagator with the OpenTelemetry API; without them there is
// no trace, nothing is carried along, and nothing is kept.
import { context, isSpanContextValid, trace } from '@opentelemetry/api';

const traceparentForm = /^00-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})$/;

/**
 * Where the work that is under way stands in its trace; `tracestate` stays behind, since anybody can write anything into it.
 *
 * @returns a `traceparent`; undefined where nobody traces
 */
export function presentTrace(): string | undefined {
  const present = trace.getSpanContext(context.active());
  if (present === undefined || !isSpanContextValid(present)) {
    return undefined;
  }
  const { traceId, spanId, traceFlags } = present;
  return `00-${traceId}-${spanId}-${traceFlags.toString(16).padStart(2, '0')}`;
}

/** Headers for a request that leaves: none where nobody traces. */
export function traceHeaders(): { readonly traceparent?: string } {
  const traceparent = presentTrace();
  return traceparent === undefined ? {} : { traceparent };
}

/** A context that work can go on in; what is no `traceparent` begins a trace of its own. */
export function contextOf(traceparent: string | undefined) {
  const [, traceId = '', spanId = '', flags = '00'] = traceparentForm.exec(traceparent ?? '') ?? [];
  const parent = { traceId, spanId, traceFlags: Number.parseInt(flags, 16), isRemote: true };
  return isSpanContextValid(parent) ? trace.setSpanContext(context.active(), parent) : context.active();
}
