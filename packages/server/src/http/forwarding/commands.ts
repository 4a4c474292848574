import { subjectPart } from '../../cluster/bus/bus.ts'

/** Where the node listens that has this device. */
export const commandSubject = (deviceId: string): string => `wa.cmd.${subjectPart(deviceId)}`
