import { EngineError, type LocationView } from '@switchboard/engine'
import type { LocationMessage } from '../generated/messages.ts'
import { defineKind } from './content-kind.ts'
import { present } from './fields.ts'

type Place = Pick<LocationView, 'latitude' | 'longitude' | 'name' | 'address' | 'url'>

/** @throws EngineError `invalid_argument` for what is not on this planet */
export function locationMessage({ latitude, longitude, name, address, url }: Place): LocationMessage {
  if (!(Math.abs(latitude) <= 90 && Math.abs(longitude) <= 180)) {
    throw new EngineError('invalid_argument', 'a latitude is from -90 to 90, a longitude from -180 to 180')
  }
  return { degreesLatitude: latitude, degreesLongitude: longitude, ...present({ name, address, url }) }
}

export function locationView(value: LocationMessage): LocationView {
  const { name, address, url, accuracyInMeters, speedInMps, degreesClockwiseFromMagneticNorth } = value
  return {
    latitude: value.degreesLatitude ?? 0,
    longitude: value.degreesLongitude ?? 0,
    ...present({ name, address, url, accuracyMeters: accuracyInMeters, speed: speedInMps }),
    ...present({ heading: degreesClockwiseFromMagneticNorth }),
  }
}

export const location = defineKind({
  type: 'location',
  fields: ['locationMessage'],
  compose: (content) => ({ locationMessage: locationMessage(content) }),
  describe: (value) => ({
    ...(value.isLive ? { type: 'live_location' } : {}),
    ...present({ text: value.comment || value.name }),
    location: locationView(value),
  }),
  stanzaType: 'media',
  mediaKind: ({ isLive }) => (isLive ? 'livelocation' : 'location'),
})

export const liveLocation = defineKind({
  type: 'live_location',
  fields: ['liveLocationMessage'],
  // No client says what counts its updates: the time makes later ones higher in any case.
  compose: ({ caption, accuracyMeters, speed, heading, sequence, ...place }, { now }) => ({
    liveLocationMessage: {
      ...locationMessage(place),
      ...present({ caption, accuracyInMeters: accuracyMeters, speedInMps: speed }),
      ...present({ degreesClockwiseFromMagneticNorth: heading }),
      sequenceNumber: sequence ?? now * 1000,
      timeOffset: 0,
    },
  }),
  describe: ({ caption, sequenceNumber, ...value }) => ({
    ...present({ text: caption }),
    location: { ...locationView(value), ...present({ sequence: sequenceNumber }) },
  }),
  stanzaType: 'media',
  mediaKind: 'livelocation',
})
