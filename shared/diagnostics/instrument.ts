// An instrument that records to whatever meter provider is registered by then. Modules declare theirs when they are loaded,
// and the API gives those nothing that works when a provider comes later.
import { type Meter, type MeterProvider, metrics } from '@opentelemetry/api';

/** @returns the instrument of the provider that is registered now; one that does nothing without any */
export function instrument<Instrument>(create: (meter: Meter) => Instrument): () => Instrument {
  let madeBy: MeterProvider | undefined;
  let made: Instrument | undefined;
  return () => {
    const provider = metrics.getMeterProvider();
    if (made === undefined || madeBy !== provider) {
      made = create(provider.getMeter('domicile'));
      madeBy = provider;
    }
    return made;
  };
}
