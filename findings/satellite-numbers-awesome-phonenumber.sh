#!/usr/bin/env bash
# awesome-phonenumber calls numbers of satellite phones and of countries' common codes (+870, +881, +883, +800 …) no numbers at all, although it is Google's
# library compiled: libphonenumber-js and google-libphonenumber, with the same data, know them.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-fund --no-audit --ignore-scripts awesome-phonenumber@7.8.0 libphonenumber-js@1.13.16 google-libphonenumber@3.2.47
cat > run.mjs <<'JS'
import assert from 'node:assert/strict'
import { parsePhoneNumber } from 'awesome-phonenumber'
import google from 'google-libphonenumber'
import parse from 'libphonenumber-js/max'

const util = google.PhoneNumberUtil.getInstance()
const seen = ['+881612345678', '+883510000000000', '+870773111632', '+80012345678', '+4915112345678'].map((number) => ({
  number,
  'awesome-phonenumber 7.8.0': parsePhoneNumber(number).valid,
  'libphonenumber-js 1.13.16': parse(number)?.isValid() ?? false,
  'google-libphonenumber 3.2.47': util.isValidNumber(util.parse(number)),
}))
console.table(seen)
assert.deepEqual(
  seen.map(({ number: _, ...answers }) => Object.values(answers).join()),
  [...Array(4).fill('false,true,true'), 'true,true,true'],
)
JS
node run.mjs
# Seen: false, true, true for the first four; all true for the last, an ordinary number.
