import { bytesField } from './raw-fields.ts'

/** `Message.senderKeyDistributionMessage`, which can stand alone or before the fields of another message (seen in: baileys WAProto). */
export function senderKeyDistribution(group: string, distribution: Uint8Array): Uint8Array {
  return bytesField(2, Buffer.concat([bytesField(1, Buffer.from(group)), bytesField(2, distribution)]))
}
