// The shapes of recorded answers: paths of fields with their JSON types, `?` behind what was not always there; null where
// there was no body. Written from what the SDKs' own test recordings hold; no values.
import { readFileSync } from 'node:fs';
import { z } from 'zod';

const Shapes = z.array(
  z.object({ operation: z.string(), status: z.int(), fields: z.record(z.string(), z.string()).nullable() }),
);

export const recordedShapes = Shapes.parse(
  JSON.parse(readFileSync(new URL('./recorded-shapes.json', import.meta.url), 'utf8')),
);
