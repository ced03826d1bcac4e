/** Why a message was not sent. `errorClass` is a word of a closed set, for metrics and for operators. */
export class SendFailure extends Error {
  override readonly name: string = "SendFailure";
  /** Whether another attempt would fail likewise. */
  readonly isPermanent: boolean;

  constructor(readonly errorClass: string, message: string, { isPermanent = false } = {}) {
    super(message);
    this.isPermanent = isPermanent;
  }
}
