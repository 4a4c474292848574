import { z } from 'zod'

/** International number; `+`, blanks and punctuation of people are taken off. Out come the digits. */
export const Phone = z
  .string()
  .transform((value) => value.replaceAll(/[\s().-]/g, '').replace(/^\+/, ''))
  .refine((digits) => /^[1-9][0-9]{5,15}$/.test(digits), {
    message: 'is not an international phone number',
    params: { error_code: 'invalid_phone' },
  })
  .meta({
    id: 'Phone',
    description: 'International phone number: country code and number.',
    examples: ['4917012345678'],
  })
