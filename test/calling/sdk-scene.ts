// A resource of an emulator that calls, through the official client, and a receiver that hears what becomes of it.
import { CallAutomationClient, type CallConnection } from '@azure/communication-call-automation';
import { CommunicationIdentityClient } from '@azure/communication-identity';
import { type Emulator, type EmulatorResource, startEmulator } from 'acs-domicile/emulator';
import { type CallbackReceiver, startReceiver } from './callback-receiver.js';

export interface MadeCall {
  readonly connection: CallConnection;
  readonly id: string;
}

type Phone = { readonly phoneNumber: string };

export class CallingScene {
  readonly from: Phone;
  readonly client: CallAutomationClient;
  readonly identities: CommunicationIdentityClient;
  #last = 1_000;

  private constructor(
    readonly emulator: Emulator,
    readonly europe: EmulatorResource,
    readonly receiver: CallbackReceiver,
  ) {
    this.from = { phoneNumber: europe.phoneNumber };
    this.client = new CallAutomationClient(europe.connectionString, emulator.clientOptions);
    this.identities = new CommunicationIdentityClient(europe.connectionString, emulator.clientOptions);
  }

  static async start(): Promise<CallingScene> {
    const receiver = await startReceiver();
    const emulator = await startEmulator({ ephemeral: true, geographies: ['europe'] });
    return new CallingScene(emulator, emulator.resources[0] as EmulatorResource, receiver);
  }

  async stop(): Promise<void> {
    await this.emulator.dispose();
    await this.receiver.close();
  }

  newNumber(): { phoneNumber: string } {
    this.#last += 1;
    return { phoneNumber: `+1555128${this.#last}` };
  }

  async call(target: Phone, options: object = {}): Promise<MadeCall> {
    const invite = { targetParticipant: target, sourceCallIdNumber: this.from };
    const { receiver, client } = this;
    const { callConnection, callConnectionProperties } = await client.createCall(invite, receiver.url, options);
    return { connection: callConnection, id: callConnectionProperties.callConnectionId as string };
  }

  async connected(options: object = {}): Promise<MadeCall & { readonly target: { phoneNumber: string } }> {
    const target = this.newNumber();
    const made = await this.call(target, options);
    await this.receiver.waitFor('CallConnected', made.id);
    return { ...made, target };
  }
}
