import type { Provoke } from '../walk.ts'

/** The device keeps a file that takes all its room, as far as the database knows. */
export default (async (walk, entry) => {
  const { database, config } = walk.gateway.services
  const row = { device_id: walk.mine.device.id, id: 'med_of_the_walk', source_id: null, form: 'original', facts: '{}' }
  const room = { bytes: config.media.deviceBytes, uploaded: null, created_at: 0, expires_at: Number.MAX_SAFE_INTEGER }
  await database.commit([
    {
      query: database.query
        .insertInto('media_file')
        .values({ ...row, ...room })
        .compile(),
    },
  ])
  const answer = await walk.sendsFile(entry, new Uint8Array(1000))
  await database.commit([{ query: database.query.deleteFrom('media_file').where('id', '=', row.id).compile() }])
  return answer
}) satisfies Provoke
