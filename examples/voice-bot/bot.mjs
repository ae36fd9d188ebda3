// A voice bot: takes calls, says back what it hears, and writes down what was said. The clients are Microsoft's, unmodified; it
// does the same at Azure Communication Services. README.md says how to start it, and what each setting is.
import { once } from 'node:events';
import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';
import {
  CallAutomationClient,
  createOutboundAudioData,
  createOutboundStopAudioData,
  parseCallAutomationEvent,
  StreamingData,
} from '@azure/communication-call-automation';
import { createRemoteJWKSet, jwtVerify } from 'jose';
import { WebSocketServer } from 'ws';

const connectionString = process.env.ACS_CONNECTION_STRING ?? '';
const [, endpoint = ''] = /endpoint=(https?:\/\/[^;]+)/i.exec(connectionString) ?? [];
const issuer = process.env.ACS_ISSUER ?? 'https://acscallautomation.communication.azure.com';
const audience = process.env.ACS_RESOURCE_ID ?? '';
const keys = createRemoteJWKSet(new URL(process.env.ACS_KEYS ?? new URL('calling/keys', endpoint)));
const client = new CallAutomationClient(connectionString);

/** A minute at 16,000 samples a second: what is said without a pause is said back in parts of this length. */
const mostBytes = 60 * 16_000 * 2;

const server = createServer(async (request, response) => {
  try {
    const { status, answer } = await take(request);
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(answer ?? {}));
  } catch (failure) {
    say(`failed: ${failure.message}`);
    response.writeHead(500).end();
  }
});
server.listen(Number(process.env.PORT ?? 0), '127.0.0.1');
await once(server, 'listening');
/** Where others reach it: `https://` outside of this machine, as calls and streams go to nobody else. */
const address = process.env.BOT_URL ?? `http://127.0.0.1:${server.address().port}`;

async function take(request) {
  const events = JSON.parse(await text(request));
  switch (request.url) {
    case '/events':
      return takeEvents(Array.isArray(events) ? events : [events]);
    case '/callbacks':
      if (!(await isSigned(request))) {
        return { status: 401 };
      }
      for (const event of events) {
        tell(await parseCallAutomationEvent(event));
      }
      return { status: 200 };
    default:
      return { status: 404 };
  }
}

/** Of Event Grid: whether they are wanted, and calls that come in. */
async function takeEvents(events) {
  for (const { eventType, data } of events) {
    if (eventType === 'Microsoft.EventGrid.SubscriptionValidationEvent') {
      return { status: 200, answer: { validationResponse: data.validationCode } };
    }
    if (eventType === 'Microsoft.Communication.IncomingCall') {
      await answerCall(data.incomingCallContext);
    }
  }
  return { status: 200 };
}

async function answerCall(incomingCallContext) {
  const sockets = address.replace(/^http/, 'ws');
  const websocket = { transportType: 'websocket', contentType: 'audio' };
  try {
    await client.answerCall(incomingCallContext, `${address}/callbacks`, {
      callIntelligenceOptions: { cognitiveServicesEndpoint: process.env.SPEECH_URL ?? 'https://speech.example.com' },
      mediaStreamingOptions: {
        ...websocket,
        transportUrl: `${sockets}/sound`,
        audioChannelType: 'mixed',
        audioFormat: 'Pcm16KMono',
        startMediaStreaming: true,
        enableBidirectional: true,
        enableDtmfTones: true,
      },
      transcriptionOptions: {
        ...websocket,
        transportUrl: `${sockets}/words`,
        locale: process.env.LOCALE ?? 'en-US',
        startTranscription: true,
      },
    });
  } catch (failure) {
    // An event can come twice, and the caller can have hung up: the call is gone, and that is all.
    if (failure.statusCode !== 404) {
      throw failure;
    }
  }
}

function tell(event) {
  const { kind, callConnectionId, mediaStreamingUpdate, transcriptionUpdate } = event;
  const { mediaStreamingStatusDetails } = mediaStreamingUpdate ?? {};
  const details = mediaStreamingStatusDetails ?? transcriptionUpdate?.transcriptionStatusDetails;
  say(`${callConnectionId} ${kind}${details === undefined ? '' : ` (${details})`}`);
}

/** Nobody else may hear calls, or speak in them: the token is the service's, for this resource. */
async function isSigned({ headers }) {
  try {
    const token = String(headers.authorization).replace(/^Bearer /, '');
    await jwtVerify(token, keys, { algorithms: ['RS256'], issuer, audience });
    return true;
  } catch {
    return false;
  }
}

const streams = new WebSocketServer({ noServer: true, maxPayload: 1_048_576, perMessageDeflate: false });
server.on('upgrade', async (request, socket, head) => {
  socket.on('error', () => socket.destroy());
  const serve = { '/sound': echo, '/words': writeDown }[request.url];
  if (serve === undefined || !(await isSigned(request))) {
    socket.end(`HTTP/1.1 ${serve === undefined ? '404 Not Found' : '401 Unauthorized'}\r\nConnection: close\r\n\r\n`);
    return;
  }
  streams.handleUpgrade(request, socket, head, (stream) => {
    stream.on('error', () => stream.terminate());
    serve(stream, request.headers['x-ms-call-connection-id']);
  });
});

/** Says a sentence back as soon as it is over; the key * stops that. */
function echo(stream, call) {
  let sentence = [];
  let bytes = 0;
  const sayBack = () => {
    if (bytes > 0) {
      stream.send(createOutboundAudioData(Buffer.concat(sentence).toString('base64')));
      say(`${call} echoed ${bytes / 32} ms`);
    }
    sentence = [];
    bytes = 0;
  };
  stream.on('message', (message) => {
    const read = StreamingData.parse(message.toString());
    switch (StreamingData.getStreamingKind()) {
      case 'AudioData':
        if (read.isSilent || bytes >= mostBytes) {
          sayBack();
        }
        if (!read.isSilent) {
          sentence.push(Buffer.from(read.data, 'base64'));
          bytes += sentence.at(-1).length;
        }
        break;
      case 'DtmfData':
        if (read.data === '*') {
          stream.send(createOutboundStopAudioData());
          say(`${call} stopped`);
        }
        break;
      default:
        say(`${call} sound at ${read.sampleRate} samples a second`);
    }
  });
}

function writeDown(stream, call) {
  stream.on('message', (message) => {
    const read = StreamingData.parse(message.toString());
    if (StreamingData.getStreamingKind() === 'TranscriptionData') {
      const { participant, text: words } = read;
      say(`${call} ${participant.phoneNumber ?? participant.communicationUserId ?? 'somebody'}: ${words}`);
    }
  });
}

function say(line) {
  process.stdout.write(`${line}\n`);
}

say(`The bot takes events at ${address}/events`);
process.once('SIGTERM', () => process.exit());
process.once('SIGINT', () => process.exit());
