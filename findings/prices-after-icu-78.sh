#!/usr/bin/env bash
# The price of 1499.50 of a catalogue, written by Intl.NumberFormat, in two releases of the same line of Node: 24.9.0 (ICU 77) writes HUF, IDR, COP and
# PKR with their decimals, 24.21.0 (ICU 78) rounds them to whole units; with RSD it is the other way round. ISO 4217, as the package currency-codes has it,
# gives all five two digits. Babel 2.19.0 follows ICU 78 in three of the five and gives PKR decimals. A price that was written by one of them and is
# compared with another's text, or read back from it, is another price.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
for version in 24.9.0 24.21.0; do
  mkdir "$version"
  (cd "$version" && npm init -y >/dev/null && npm install --silent --no-fund --no-audit "node@$version")
done
(cd 24.21.0 && npm install --silent --no-fund --no-audit --ignore-scripts currency-codes@2.2.0)
python3 -m venv python
python/bin/pip install --quiet --disable-pip-version-check babel==2.19.0
cat > intl.cjs <<'JS'
const written = (currency) => new Intl.NumberFormat('en', { style: 'currency', currency, currencyDisplay: 'code' }).format(1499.5)
console.log(`ICU ${process.versions.icu.split('.')[0]}: ${['HUF', 'IDR', 'COP', 'PKR', 'RSD'].map((code) => written(code).slice(4)).join(' ')}`)
JS
cat > 24.21.0/iso.cjs <<'JS'
const { code } = require('currency-codes')
console.log(`ISO digits: ${['HUF', 'IDR', 'COP', 'PKR', 'RSD'].map((name) => code(name).digits).join(' ')}`)
JS
seen=$(
  for version in 24.9.0 24.21.0; do echo "Node $version, $("$version/node_modules/node/bin/node" intl.cjs)"; done
  24.21.0/node_modules/node/bin/node 24.21.0/iso.cjs
  python/bin/python -c "
from babel.numbers import format_currency
print('Babel:', *(format_currency(1499.5, code, 'XXX#,##0.00', locale='en', currency_digits=True)[3:] for code in ('HUF', 'IDR', 'COP', 'PKR', 'RSD')))"
)
echo "$seen"
expected='Node 24.9.0, ICU 77: 1,499.50 1,499.50 1,499.50 1,499.50 1,500
Node 24.21.0, ICU 78: 1,500 1,500 1,500 1,500 1,499.50
ISO digits: 2 2 2 2 2
Babel: 1,500 1,500 1,500 1,499.50 1,499.50'
[ "$seen" = "$expected" ] || { echo 'This has changed.' >&2; exit 1; }
