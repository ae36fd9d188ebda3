// Work as a span of a trace. A name is a word of ours: no id, no address, nothing that anybody wrote; there are no attributes.
import { type Link, SpanKind as Kind, SpanStatusCode, trace } from '@opentelemetry/api';
import { contextOf } from './trace-context.js';

const kinds = { server: Kind.SERVER, consumer: Kind.CONSUMER, client: Kind.CLIENT, internal: Kind.INTERNAL };

export interface SpanOptions {
  readonly kind: keyof typeof kinds;
  readonly parent?: string | undefined;
  readonly others?: readonly string[];
}

/**
 * Does the work inside a span, which ends with it; a failure marks the span and is thrown on, without its message.
 *
 * @param parent a `traceparent` of elsewhere; undefined for the present trace, or one of its own
 * @param others `traceparent`s of whom this work is done for as well
 */
export async function traced<Result>(
  name: string,
  { kind, parent, others = [] }: SpanOptions,
  work: () => Promise<Result>,
): Promise<Result> {
  const tracer = trace.getTracer('domicile');
  const links = others.flatMap((other): Link[] => {
    const of = trace.getSpanContext(contextOf(other));
    return of === undefined ? [] : [{ context: of }];
  });
  return await tracer.startActiveSpan(name, { kind: kinds[kind], links }, contextOf(parent), async (span) => {
    try {
      return await work();
    } catch (failure) {
      span.setStatus({ code: SpanStatusCode.ERROR });
      throw failure;
    } finally {
      span.end();
    }
  });
}
