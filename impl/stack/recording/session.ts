/** One session: its transcript, and the keys of its two phases. */
import { equal } from '../crypto/compare.ts';
import type { Checked } from '../crypto/result.ts';
import {
  dataSecrets,
  type HandshakeSecrets,
  handshakeSecrets,
  type TrafficKeys,
  trafficKeys,
  verifyData,
} from '../crypto/schedule.ts';
import { SecuredChannel } from '../crypto/secured.ts';
import type { Suite } from '../crypto/suite.ts';
import type { MeasurementLog, RunningTranscript } from '../crypto/transcript.ts';
import { must } from './conversation.ts';
import { KeyedDirection } from './keyed.ts';
import type { KeyName, Keys, SessionSecrets } from './secrets.ts';

/** Opens what one side sends. */
interface Opener {
  open(record: Uint8Array): Checked<Uint8Array>;
}

/** What opens both sides' messages in a phase. */
interface Phase {
  readonly requests: Opener;
  readonly responses: Opener;
}

/** Demands that all keys of `derived` that are recorded are the same there. */
function compare(derived: Keys, recorded: Keys): void {
  for (const [name, key] of Object.entries(derived)) {
    const said = recorded[name as KeyName];
    must(said === undefined || equal(key, said), `${name} is not the recorded one`);
  }
}

/** A session between KEY_EXCHANGE_RSP, or PSK_EXCHANGE_RSP, and its end. */
export class Session {
  /** In the recording, from 0. */
  readonly index: number;
  readonly id: number;
  readonly slotId: number;
  readonly secrets: SessionSecrets;
  readonly transcript: RunningTranscript;
  readonly measurements: MeasurementLog;
  readonly #suite: Suite;
  #handshake: HandshakeSecrets | undefined;
  #phase: Phase | undefined;
  established = false;

  constructor(
    suite: Suite,
    found: Pick<Session, 'index' | 'id' | 'slotId' | 'secrets' | 'transcript' | 'measurements'>,
  ) {
    this.#suite = suite;
    this.index = found.index;
    this.id = found.id;
    this.slotId = found.slotId;
    this.secrets = found.secrets;
    this.transcript = found.transcript;
    this.measurements = found.measurements;
  }

  /** TH1 is complete: derives the keys of the handshake, and compares them with the recorded ones. */
  beginHandshake(): void {
    const { dheSecret, keys } = this.secrets;
    if (dheSecret === undefined) {
      this.#phase = this.#recordedPhase('handshake');
      return;
    }
    const secrets = handshakeSecrets(this.#suite, dheSecret, this.transcript.hash);
    compare(
      {
        handshake_secret: secrets.handshake,
        request_handshake_secret: secrets.request,
        response_handshake_secret: secrets.response,
        request_finished_key: secrets.requestFinished,
        response_finished_key: secrets.responseFinished,
        ...this.#traffic('handshake', secrets),
      },
      keys,
    );
    this.#handshake = secrets;
    this.#phase = this.#derivedPhase(secrets);
  }

  /** TH2 is complete: likewise for the keys of the data phase. */
  establish(): void {
    this.established = true;
    if (this.#handshake === undefined) {
      this.#phase = this.#recordedPhase('data');
      return;
    }
    const secrets = dataSecrets(this.#suite, this.#handshake.handshake, this.transcript.hash);
    compare(
      {
        master_secret: secrets.master,
        request_data_secret: secrets.request,
        response_data_secret: secrets.response,
        export_master_secret: secrets.exportMaster,
        ...this.#traffic('data', secrets),
      },
      this.secrets.keys,
    );
    this.#phase = this.#derivedPhase(secrets);
  }

  /** Whether the MAC of the transcript so far under a side's finished key is `data`. */
  verifies(side: 'request' | 'response', data: Uint8Array): boolean {
    const key = this.#key(`${side}_finished_key`);
    return equal(verifyData(this.#suite.hash, key, this.transcript.hash), data);
  }

  open(direction: 'request' | 'response', record: Uint8Array): Checked<Uint8Array> {
    must(this.#phase !== undefined, 'the session has no keys yet');
    const { requests, responses } = this.#phase;
    return (direction === 'request' ? requests : responses).open(record);
  }

  /** Moves a direction on to its next keys; the old ones are good until the new ones are seen. */
  update(direction: 'request' | 'response'): void {
    this.#channel(direction).updateReceive();
  }
  /** The new keys of both directions are in use. */
  confirm(): void {
    this.#channel('request').confirm();
    this.#channel('response').confirm();
  }

  #channel(direction: 'request' | 'response'): SecuredChannel {
    const opener = this.#phase?.[`${direction}s`];
    must(opener instanceof SecuredChannel, 'the secrets to update the keys from are not recorded');
    return opener;
  }
  #key(name: KeyName): Uint8Array {
    if (this.#handshake && name === 'request_finished_key') return this.#handshake.requestFinished;
    if (this.#handshake && name === 'response_finished_key') {
      return this.#handshake.responseFinished;
    }
    const key = this.secrets.keys[name];
    must(key !== undefined, `${name} of session ${this.index} is not recorded`);
    return key;
  }
  #traffic(
    phase: 'handshake' | 'data',
    secrets: { readonly request: Uint8Array; readonly response: Uint8Array },
  ): Keys {
    const request = trafficKeys(this.#suite, secrets.request);
    const response = trafficKeys(this.#suite, secrets.response);
    return {
      [`request_${phase}_key`]: request.key,
      [`request_${phase}_iv`]: request.iv,
      [`response_${phase}_key`]: response.key,
      [`response_${phase}_iv`]: response.iv,
    };
  }
  /** Each end only opens here: the responder what is requested, the requester what is answered. */
  #derivedPhase(secrets: { readonly request: Uint8Array; readonly response: Uint8Array }): Phase {
    return {
      requests: new SecuredChannel(this.#suite, this.id, 'responder', secrets),
      responses: new SecuredChannel(this.#suite, this.id, 'requester', secrets),
    };
  }
  /** Of sessions whose secrets are not known, the keys are. */
  #recordedPhase(phase: 'handshake' | 'data'): Phase {
    const keysOf = (direction: 'request' | 'response'): TrafficKeys => ({
      key: this.#key(`${direction}_${phase}_key`),
      iv: this.#key(`${direction}_${phase}_iv`),
    });
    return {
      requests: new KeyedDirection(this.#suite.aead, keysOf('request')),
      responses: new KeyedDirection(this.#suite.aead, keysOf('response')),
    };
  }
}
