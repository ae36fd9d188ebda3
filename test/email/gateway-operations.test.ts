// What the app answers to the gateway: whose an SMTP user is, whose a return path, and what it does not believe.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { itemKinds, ItemStore, resourceItems } from '../../shared/email/index.js';
import { openStage, type Scene, type Stage } from '../answers/scene.js';
import { callApp } from '../app/call-app.js';

const [one, two] = ['11111111-2222-4333-8444-555555555555', '11111111-2222-4333-8444-666666666666'];
let stage: Stage;
let scene: Scene;

beforeAll(async () => {
  stage = await openStage();
  scene = stage.scene();
  await stage.app.seed();
  const params = { subscriptionId: one, resourceGroupName: 'group', communicationServiceName: 'fabrikam' };
  const body = { location: 'global', properties: { dataLocation: 'Europe' } };
  await scene.call('management-put-service', { headers: scene.manager, params, body });
}, 60_000);
afterAll(() => stage?.close());

async function put(resource: string, name: string, username: string, applicationId: string = one): Promise<void> {
  const params = {
    subscriptionId: resource === 'fabrikam' ? one : '00000000-0000-0000-0000-000000000000',
    resourceGroupName: 'group',
    communicationServiceName: resource,
    smtpUsername: name,
  };
  const properties = { username, entraApplicationId: applicationId, tenantId: one };
  if (resource === 'fabrikam') {
    await scene.call('management-put-smtp-user', { headers: scene.manager, params, body: { properties } });
    return;
  }
  const { immutableId } = await stage.app.defaultResource();
  const items = new ItemStore(stage.app.storage.table(resourceItems));
  await items.put(immutableId, itemKinds.smtpUsernames, [name], { name, properties });
}

async function find(username: string) {
  // Names that nobody has are not looked for again at once.
  stage.app.dropCaches();
  const { status, body } = await callApp(stage.app, 'email-gateway-find-user', scene.asGateway({ username }));
  return status === 200 ? String(body.resource) : status;
}

describe('An SMTP user', () => {
  it('is found by the name that its owner has given, in any case, with the host of its resource', async () => {
    await put('fabrikam', 'mailer', 'Shop@fabrikam.example');
    const { body } = await callApp(
      stage.app,
      'email-gateway-find-user',
      scene.asGateway({ username: 'shop@FABRIKAM.example' }),
    );
    expect(body).toEqual({
      resource: 'fabrikam',
      host: 'fabrikam.europe.acs.example',
      applicationId: one,
      tenantId: one,
    });
  });

  it('is found in the form of ACS when one of the resource names application and tenant, and then alone', async () => {
    await put('fabrikam', 'composed', 'composed');
    expect(await find(`fabrikam.${one}.${one}`)).toBe('fabrikam');
    expect(await find(`FABRIKAM|${one}|${one}`)).toBe('fabrikam');
    expect(await find(`fabrikam|${one}.${one}`)).toBe(404);
    expect(await find(`fabrikam.${two}.${one}`)).toBe(404);
    expect(await find(`fabrikam.${one}.${two}`)).toBe(404);
    expect(await find(`nobody.${one}.${one}`)).toBe(404);
  });

  it('is nobody when two resources have one of its name, or its application is none', async () => {
    await put('fabrikam', 'twice', 'twice');
    expect(await find('twice')).toBe('fabrikam');
    await put('contoso', 'twice', 'twice');
    expect(await find('twice')).toBe(404);
    await put('fabrikam', 'odd', 'odd', '../../other');
    expect(await find('odd')).toBe(404);
  });

  it('is gone as soon as its item is, and is not looked for again and again', async () => {
    await put('fabrikam', 'short', 'short');
    expect(await find('short')).toBe('fabrikam');
    const params = { subscriptionId: one, resourceGroupName: 'group', communicationServiceName: 'fabrikam' };
    await scene.call('management-delete-smtp-user', {
      headers: scene.manager,
      params: { ...params, smtpUsername: 'short' },
    });
    const ask = () => callApp(stage.app, 'email-gateway-find-user', scene.asGateway({ username: 'short' }));
    expect((await ask()).status).toBe(404);
    const before = stage.app.counter.snapshot();
    await ask();
    const calls = Object.values(stage.app.counter.since(before)).reduce((sum, count) => sum + count, 0);
    expect(calls).toBeLessThan(3);
  });
});

describe('A mail of the gateway', () => {
  const mailOf = async (change: object) => {
    const { name: resource, mailSender: senderAddress } = await stage.app.defaultResource();
    const message = {
      senderAddress,
      content: { subject: 'Tea', plainText: 'x' },
      recipients: { to: [{ address: 'anna@contoso.example' }] },
    };
    return { resource, username: 'clerk', operationId: one, message, shown: { to: [], cc: [] }, ...change };
  };
  const send = async (change: object, headers: object = {}) => {
    const signed = scene.asGateway(await mailOf(change));
    const { status } = await callApp(stage.app, 'email-gateway-send', {
      ...signed,
      headers: { ...signed.headers, ...headers },
    });
    return status;
  };

  it('is taken for a user of the resource, and for nobody of another', async () => {
    await put('contoso', 'clerk', 'clerk');
    await put('fabrikam', 'stranger', 'stranger');
    stage.app.dropCaches();
    expect(await send({})).toBe(202);
    expect(await send({ username: 'stranger' })).toBe(404);
    expect(await send({ username: 'nobody' })).toBe(404);
  });

  it('is not believed at the host of another resource, nor from who signs in with Entra ID', async () => {
    expect(await send({ resource: 'fabrikam' })).toBe(403);
    expect(await send({}, scene.upstream)).toBe(403);
  });

  it('is held against the same rules as one by HTTP', async () => {
    const { mailSender: senderAddress } = await stage.app.defaultResource();
    const many = Array.from({ length: 51 }, (_, index) => ({ address: `r${index}@contoso.example` }));
    const content = { subject: 'Tea', plainText: 'x' };
    const recipients = { to: [{ address: 'anna@contoso.example' }] };
    for (const message of [
      { senderAddress, content, recipients: { bcc: many } },
      { senderAddress, content: { ...content, subject: 'a\nb' }, recipients },
      { senderAddress, content, recipients, headers: { From: 'x' } },
    ]) {
      expect(await send({ message })).toBe(400);
    }
    expect(await send({ senderName: 'a\r\nb' })).toBe(400);
  });
});

describe('A return path', () => {
  it('is nobody’s that was not made up here', async () => {
    const address = `bounce-${'a'.repeat(26)}-${'b'.repeat(16)}@contoso.example`;
    for (const each of [address, 'anna@contoso.example']) {
      const { status } = await callApp(stage.app, 'email-gateway-find-return-path', scene.asGateway({ address: each }));
      expect(status).toBe(404);
    }
  });
});
