// A carrier of texts: takes what Domicile hands over, passes it to whoever brings texts to phones, and tells what became of
// each. docs/sms.md has the contract. Start it with SMS_SECRET (base64, as in DOMICILE_SMS_SECRETS) and DOMICILE_URL.
import { createHmac, timingSafeEqual } from 'node:crypto';
import { createServer } from 'node:http';

const secret = Buffer.from(process.env.SMS_SECRET ?? '', 'base64');
const domicile = process.env.DOMICILE_URL;
/** Seconds since 1970. */
const nowSeconds = () => Math.floor((performance.timeOrigin + performance.now()) / 1000);
/** A request has 256 KB at most; what is longer is from nobody who shares the secret. */
const maxBodyBytes = 256 * 1024;
/** What became of each: a repeated message is answered the same and sent once. Keep it where a restart does not lose it. */
const known = new Map();

const digest = (seconds, body) => createHmac('sha256', secret).update(`${seconds}.`).update(body).digest();

function isSigned(header, body) {
  const [, seconds, signature] = /^t=(\d{1,12}),v1=([A-Za-z0-9+/]{43}=)$/.exec(header ?? '') ?? [];
  const isFresh = Math.abs(Number(seconds) - nowSeconds()) < 5 * 60;
  return isFresh && timingSafeEqual(digest(seconds, body), Buffer.from(signature, 'base64'));
}

/** In place of this, ask your provider; `references` are its ids. */
async function bringToPhone(message) {
  process.stdout.write(`${JSON.stringify(message)}\n`);
  return [`provider-${known.size}`];
}

function take({ attempt, ...message }) {
  const before = known.get(message.id);
  // A higher attempt is sent where nobody knows whether it was: the owner of the app has chosen that.
  if (before !== undefined && !(before.isUnknown && attempt > before.attempt)) {
    return before.result;
  }
  const entry = { attempt, isUnknown: false };
  // Nobody else may begin it meanwhile, so it is noted before it is sent.
  known.set(message.id, entry);
  entry.result = bringToPhone(message).then(
    (references) => ({ id: message.id, outcome: 'taken', references }),
    () => {
      entry.isUnknown = true;
      return { id: message.id, outcome: 'unknown' };
    },
  );
  return entry.result;
}

/** Tells what became of texts (`reports`), or what has come in (`messages`); again for a minute what is not known yet. */
async function tell(what, items) {
  for (let tries = 0; items.length > 0 && tries < 12; tries++) {
    const body = JSON.stringify({ [what]: items });
    const seconds = String(nowSeconds());
    const signature = `t=${seconds},v1=${digest(seconds, body).toString('base64')}`;
    const answer = await fetch(`${domicile}/sms/carrier/${what}?api-version=2026-12-01`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-domicile-signature': signature },
      body,
    }).catch(() => undefined);
    if (answer?.ok) {
      const { results } = await answer.json();
      items = items.filter((_, index) => results[index]?.status === 404);
    }
    if (items.length > 0) {
      await new Promise((resolve) => setTimeout(resolve, 5_000));
    }
  }
}

const server = createServer(async (request, response) => {
  const pieces = [];
  let bytes = 0;
  for await (const piece of request) {
    bytes += piece.length;
    if (bytes > maxBodyBytes) {
      response.writeHead(413, { connection: 'close' }).end();
      return;
    }
    pieces.push(piece);
  }
  const body = Buffer.concat(pieces);
  if (!isSigned(request.headers['x-domicile-signature'], body)) {
    response.writeHead(401).end();
    return;
  }
  const { messages } = JSON.parse(body);
  const results = await Promise.all(messages.map(take));
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ results }));
  // In place of this, tell when your provider says so.
  const wanted = messages.filter(({ reportWanted }, index) => reportWanted && results[index].outcome === 'taken');
  await tell(
    'reports',
    wanted.map(({ id }) => ({ id, status: 'delivered' })),
  );
});
server.listen(Number(process.env.PORT ?? 8080), () => process.stdout.write(`listening on ${server.address().port}\n`));
