import { type CallConnection, parseCallAutomationEvent } from '@azure/communication-call-automation';
import { createRemoteJWKSet, jwtVerify } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CallingScene } from '../calling/sdk-scene.js';

let scene: CallingScene;
let emulator: CallingScene['emulator'];
let receiver: CallingScene['receiver'];
let europe: CallingScene['europe'];
let client: CallingScene['client'];
let from: CallingScene['from'];
/** Immutable id of the resource, as it stands in every identity. */
let resourceId: string;

beforeAll(async () => {
  scene = await CallingScene.start();
  ({ emulator, receiver, europe, client, from } = scene);
  resourceId = (await scene.identities.createUser()).communicationUserId.slice(6, 42);
});
afterAll(() => scene?.stop());

const idOf = async (connection: CallConnection) =>
  (await connection.getCallConnectionProperties()).callConnectionId as string;

describe('The official client of call automation', () => {
  it('calls a number, hears that it was answered and who is there, and ends the call', async () => {
    const target = scene.newNumber();
    const invite = { targetParticipant: target, sourceCallIdNumber: from, sourceDisplayName: 'Contoso' };
    const { callConnection, callConnectionProperties } = await client.createCall(invite, receiver.url, {
      operationContext: 'first',
    });
    expect(callConnectionProperties).toMatchObject({
      callConnectionState: 'connecting',
      sourceDisplayName: 'Contoso',
      targetParticipants: [{ phoneNumber: target.phoneNumber }],
    });
    const id = callConnectionProperties.callConnectionId as string;
    const event = await receiver.waitFor('CallConnected', id);
    expect(event).toMatchObject({
      source: `calling/callConnections/${id}`,
      subject: `calling/callConnections/${id}`,
      specversion: '1.0',
      datacontenttype: 'application/json',
      data: {
        callConnectionId: id,
        operationContext: 'first',
        correlationId: callConnectionProperties.correlationId,
        resultInformation: { code: 200, subCode: 0 },
        publicEventType: 'Microsoft.Communication.CallConnected',
        version: expect.stringMatching(/^20/),
      },
    });
    await receiver.waitFor('ParticipantsUpdated', id);
    expect(await callConnection.getCallConnectionProperties()).toMatchObject({ callConnectionState: 'connected' });
    expect((await callConnection.listParticipants()).values).toMatchObject([
      { identifier: { phoneNumber: target.phoneNumber }, isMuted: false, isOnHold: false },
    ]);
    expect(await callConnection.getParticipant(target)).toMatchObject({ isMuted: false });
    await callConnection.hangUp(true);
    await receiver.waitFor('CallDisconnected', id);
    expect(receiver.typesOf(id)).toEqual(['CallConnected', 'ParticipantsUpdated', 'CallDisconnected']);
    await expect(callConnection.hangUp(true)).rejects.toMatchObject({
      statusCode: 404,
      code: '8522',
      message: expect.stringContaining('Call not found.'),
    });
  });

  it('gets one event a request, which its parser reads, with a token that the documents of the resource verify', async () => {
    const { connection, id } = await scene.connected();
    await connection.hangUp(false);
    await receiver.waitFor('CallDisconnected', id);
    const requests = receiver.requests.filter(({ body }) => body.includes(id));
    expect(requests).toHaveLength(3);
    for (const { body, authorization } of requests) {
      const parsed = await parseCallAutomationEvent(JSON.parse(body));
      expect(parsed.callConnectionId).toBe(id);
      expect(JSON.parse(body)).toHaveLength(1);
      const origin = europe.endpoint.replace(/\/$/, '').replace('https:', 'http:');
      const asked = await fetch(`${origin}/calling/.well-known/acsopenidconfiguration`);
      const configuration = (await asked.json()) as { jwks_uri: string };
      const keys = createRemoteJWKSet(new URL(configuration.jwks_uri.replace('https:', 'http:')));
      const { payload, protectedHeader } = await jwtVerify(authorization.replace('Bearer ', ''), keys, {
        algorithms: ['RS256'],
        issuer: 'https://acscallautomation.communication.azure.com',
        audience: resourceId,
      });
      expect(protectedHeader.alg).toBe('RS256');
      expect(Number(payload.exp) - Number(payload.iat)).toBe(300);
    }
  });

  it.each([
    ['+15005550010', 'busy', 486, 8539],
    ['+15005550011', 'declined', 603, 8538],
    ['+15005550013', 'unavailable', 480, 8541],
  ])('hears that %s is %s', async (phoneNumber, _, code, subCode) => {
    const { id } = await scene.call({ phoneNumber });
    const failed = await receiver.waitFor('CreateCallFailed', id);
    expect(failed.data.resultInformation).toMatchObject({ code, subCode });
    await receiver.waitFor('CallDisconnected', id);
    expect(receiver.typesOf(id)).toEqual(['CreateCallFailed', 'CallDisconnected']);
  });

  it('calls a group, and lets each come when they answer', async () => {
    const [one, two] = [scene.newNumber(), scene.newNumber()];
    await emulator.stage('calling', 'callee', { who: two.phoneNumber, answers: 'waits' });
    const made = await client.createGroupCall([one, two], receiver.url, { sourceCallIdNumber: from });
    const id = made.callConnectionProperties.callConnectionId as string;
    await receiver.waitFor('CallConnected', id);
    expect((await made.callConnection.listParticipants()).values).toHaveLength(1);
    await emulator.stage('calling', 'answer', { who: two.phoneNumber });
    expect((await made.callConnection.listParticipants()).values).toHaveLength(2);
    await made.callConnection.hangUp(true);
  });

  it('adds people, takes them out, and takes invitations back', async () => {
    const { connection, id } = await scene.connected();
    const [more, late, busy] = [scene.newNumber(), scene.newNumber(), { phoneNumber: '+15005550010' }];
    const added = await connection.addParticipant(
      { targetParticipant: more, sourceCallIdNumber: from },
      { operationContext: 'more' },
    );
    expect(added).toMatchObject({ operationContext: 'more', participant: { identifier: more } });
    expect(await receiver.waitFor('AddParticipantSucceeded', id)).toMatchObject({
      data: {
        operationContext: 'more',
        participant: { kind: 'phoneNumber', phoneNumber: { value: more.phoneNumber } },
      },
    });
    await connection.addParticipant({ targetParticipant: busy, sourceCallIdNumber: from });
    expect(await receiver.waitFor('AddParticipantFailed', id)).toMatchObject({
      data: { resultInformation: { code: 486, subCode: 8539 } },
    });
    await emulator.stage('calling', 'callee', { who: late.phoneNumber, answers: 'waits' });
    const { invitationId = '' } = await connection.addParticipant({
      targetParticipant: late,
      sourceCallIdNumber: from,
    });
    expect(await connection.cancelAddParticipantOperation(invitationId)).toMatchObject({ invitationId });
    expect(await receiver.waitFor('CancelAddParticipantSucceeded', id)).toMatchObject({ data: { invitationId } });
    await connection.cancelAddParticipantOperation(invitationId);
    await receiver.waitFor('CancelAddParticipantFailed', id);
    await connection.removeParticipant(more, { operationContext: 'out' });
    expect(await receiver.waitFor('RemoveParticipantSucceeded', id)).toMatchObject({
      data: { operationContext: 'out' },
    });
    await expect(connection.getParticipant(more)).rejects.toMatchObject({ statusCode: 404 });
    await connection.hangUp(true);
  });

  it('mutes and holds somebody', async () => {
    const { connection, target } = await scene.connected();
    expect(await connection.muteParticipant(target, { operationContext: 'hush' })).toMatchObject({
      operationContext: 'hush',
    });
    const media = connection.getCallMedia();
    await media.hold(target);
    expect(await connection.getParticipant(target)).toMatchObject({ isMuted: true, isOnHold: true });
    await expect(media.hold(target)).rejects.toMatchObject({ statusCode: 400, code: '8585' });
    await media.unhold(target);
    expect(await connection.getParticipant(target)).toMatchObject({ isOnHold: false });
    await connection.hangUp(true);
  });

  it('hands the caller over', async () => {
    const { connection, id } = await scene.connected();
    const to = scene.newNumber();
    await connection.transferCallToParticipant(to, { operationContext: 'over', sourceCallIdNumber: from });
    expect(await receiver.waitFor('CallTransferAccepted', id)).toMatchObject({
      data: { operationContext: 'over', transferTarget: { phoneNumber: { value: to.phoneNumber } } },
    });
    await receiver.waitFor('CallDisconnected', id);
    const again = await scene.connected();
    await again.connection.transferCallToParticipant({ phoneNumber: '+15005550011' });
    await receiver.waitFor('CallTransferFailed', again.id);
    expect(await again.connection.getCallConnectionProperties()).toMatchObject({ callConnectionState: 'connected' });
    await again.connection.hangUp(true);
  });

  it('moves somebody from one call into another', async () => {
    const [one, two] = [await scene.connected(), await scene.connected()];
    const moved = await two.connection.moveParticipants([one.target], one.id, { operationContext: 'here' });
    expect(moved).toMatchObject({ fromCall: one.id, operationContext: 'here' });
    expect(await receiver.waitFor('MoveParticipantSucceeded', two.id)).toMatchObject({
      data: { fromCall: one.id, operationContext: 'here' },
    });
    await receiver.waitFor('CallDisconnected', one.id);
    expect((await two.connection.listParticipants()).values).toHaveLength(2);
    await two.connection.hangUp(true);
  });

  it('has the answer to one request told elsewhere', async () => {
    const { connection, id } = await scene.connected();
    await connection.addParticipant(
      { targetParticipant: scene.newNumber(), sourceCallIdNumber: from },
      { operationCallbackUrl: `${receiver.url}/elsewhere` },
    );
    await receiver.waitFor('AddParticipantSucceeded', id);
    const paths = receiver.requests.filter(({ body }) => body.includes(id)).map(({ path }) => path);
    expect(paths.filter((path) => path === '/callbacks/elsewhere')).toHaveLength(1);
    await connection.hangUp(true);
  });

  it('comes into a call that is there, and into that of a group', async () => {
    const { connection } = await scene.connected();
    const { serverCallId = '' } = await connection.getCallConnectionProperties();
    const joined = await client.connectCall({ kind: 'serverCallLocator', id: serverCallId }, receiver.url);
    const id = joined.callConnectionProperties.callConnectionId as string;
    await receiver.waitFor('CallConnected', id);
    expect((await joined.callConnection.listParticipants()).values).toHaveLength(1);
    await joined.callConnection.hangUp(false);
    await receiver.waitFor('CallDisconnected', id);
    expect(await connection.getCallConnectionProperties()).toMatchObject({ callConnectionState: 'connected' });
    await connection.hangUp(true);

    const group = { kind: 'groupCallLocator', id: '29228d3e-040e-4656-a70e-890ab4e173e5' } as const;
    const [one, two] = [await client.connectCall(group, receiver.url), await client.connectCall(group, receiver.url)];
    const oneId = await idOf(one.callConnection);
    await receiver.waitFor('CallConnected', oneId);
    const guest = scene.newNumber().phoneNumber;
    await emulator.stage('calling', 'join', { who: guest, group: group.id });
    expect((await two.callConnection.listParticipants()).values).toHaveLength(1);
    await two.callConnection.hangUp(true);
    await receiver.waitFor('CallDisconnected', oneId);
  });

  it('answers, redirects and rejects calls that come in, each once', async () => {
    const caller = scene.newNumber().phoneNumber;
    const incoming = async (to: string) => {
      const { incomingCallContext } = (await emulator.stage('calling', 'incoming', {
        from: caller,
        to,
        displayName: 'Anna',
      })) as { incomingCallContext: string };
      return incomingCallContext;
    };
    const context = await incoming(europe.phoneNumber);
    const { event } = (await emulator.stage('events', 'wait', {
      types: ['Microsoft.Communication.IncomingCall'],
    })) as { event: { subject: string; data: object } };
    expect(event).toMatchObject({
      subject: `/caller/4:${caller}/recipient/4:${europe.phoneNumber}`,
      data: {
        incomingCallContext: context,
        callerDisplayName: 'Anna',
        from: { kind: 'phoneNumber', phoneNumber: { value: caller } },
        to: { kind: 'phoneNumber', phoneNumber: { value: europe.phoneNumber } },
      },
    });
    const answered = await client.answerCall(context, receiver.url, { operationContext: 'mine' });
    expect(answered.callConnectionProperties).toMatchObject({
      callConnectionState: 'unknown',
      answeredFor: { phoneNumber: europe.phoneNumber },
    });
    const id = answered.callConnectionProperties.callConnectionId as string;
    expect(await receiver.waitFor('CallConnected', id)).toMatchObject({ data: { operationContext: 'mine' } });
    await expect(client.answerCall(context, receiver.url)).rejects.toMatchObject({ statusCode: 404, code: '8522' });
    await emulator.stage('calling', 'hang-up', { who: caller });
    await receiver.waitFor('CallDisconnected', id);

    const user = await scene.identities.createUser();
    const second = await incoming(user.communicationUserId);
    await client.redirectCall(second, { targetParticipant: scene.newNumber(), sourceCallIdNumber: from });
    await expect(client.rejectCall(second)).rejects.toMatchObject({ statusCode: 404 });
    const third = await incoming(user.communicationUserId);
    await client.rejectCall(third, { callRejectReason: 'busy' });
    expect(await emulator.stage('calling', 'list', {})).toEqual({ calls: [] });
    await expect(client.rejectCall(`${third}x`)).rejects.toMatchObject({ statusCode: 400, code: '8523' });
  });

  it('waits for an event on the stage', async () => {
    const { connection, id } = await scene.connected();
    const event = await emulator.stage('calling', 'wait-for-event', { type: 'CallConnected', call: id });
    expect(event).toMatchObject({ type: 'Microsoft.Communication.CallConnected', data: { callConnectionId: id } });
    await connection.hangUp(true);
  });

  it.each([
    'http://example.com/callbacks',
    'https://10.0.0.1/callbacks',
    'https://169.254.169.254/callbacks',
    'https://[::ffff:127.0.0.1]/callbacks',
  ])('cannot have events sent to %s', async (url) => {
    const made = client.createCall({ targetParticipant: scene.newNumber(), sourceCallIdNumber: from }, url);
    await expect(made).rejects.toMatchObject({
      statusCode: 400,
      message: expect.stringContaining('The field CallbackUri is invalid.'),
    });
  });

  it('needs a number of its own to call another', async () => {
    const made = client.createCall({ targetParticipant: scene.newNumber() }, receiver.url);
    await expect(made).rejects.toMatchObject({ statusCode: 400, code: '8523' });
  });
});
