import { z } from 'zod'
import { AppError } from '../../errors/app-error.ts'
import { ability } from '../../kit/needs.ts'
import { personAct } from '../../kit/presets.ts'
import { personRefusals } from '../../people/refusals.ts'
import { person, personFields } from '../../schemas/person.ts'

const example = <Schema extends z.ZodType>(schema: Schema, value: unknown) => schema.meta({ examples: [value] })

export default personAct({
  method: 'GET',
  path: '/business/{jid}/profile',
  summary: 'What a business shows of itself',
  description: 'What it does not show is blank or empty.',
  needs: { business: ability('business') },
  refusals: { ...personRefusals, 404: 'not_a_business' },
  response: z.object({
    ...personFields('jid', 'Number of the business'),
    address: example(z.string(), 'Example Street 1, Berlin'),
    description: example(z.string(), 'Bread and cakes'),
    email: example(z.string(), 'hello@example.com'),
    websites: example(z.array(z.string()), ['https://example.com']),
    categories: z.array(z.object({ id: example(z.string(), '1234'), name: example(z.string(), 'Bakery') })),
    category: example(z.string(), 'Bakery').describe('Name of the first category'),
    profile_options: example(z.record(z.string(), z.string()), { commerce_experience: 'catalog' }),
    business_hours: z.array(
      z.object({
        day_of_week: example(z.string(), 'mon'),
        mode: example(z.string(), 'specific_hours').describe('specific_hours, open_24h or appointment_only'),
        open_time: example(z.string().optional(), '08:00'),
        close_time: example(z.string().optional(), '17:30'),
      }),
    ),
    business_hours_timezone: example(z.string(), 'Europe/Berlin'),
  }),
  async run({ business, person: jid }) {
    const profile = await business.profile(jid)
    if (!profile) throw new AppError('not_a_business')
    const { who, address = '', description = '', email = '', websites, categories, options, hours } = profile
    return {
      ...person('jid', who),
      ...{ address, description, email, websites: [...websites], categories: categories.map((each) => ({ ...each })) },
      category: categories[0]?.name ?? '',
      profile_options: { ...options },
      business_hours: (hours?.days ?? []).map(({ day, mode, opensAt, closesAt }) => ({
        ...{ day_of_week: day, mode, open_time: clockTime(opensAt), close_time: clockTime(closesAt) },
      })),
      business_hours_timezone: hours?.timezone ?? '',
    }
  },
})

/** Minutes after midnight as hours and minutes. */
const clockTime = (minutes: number | undefined): string | undefined =>
  minutes === undefined
    ? undefined
    : `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`
