#!/usr/bin/env bash
# `npm sbom --omit dev` in a workspace, npm 11.19.1: a package that one member needs to run is left out of the bill of materials when another member has it
# among its devDependencies. `npm ls --omit dev` lists it. Members and root are named by their folders, not by their package.json; the purl is right.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
mkdir -p "$folder/tool" "$folder/checkout/packages/app" "$folder/checkout/packages/lint"
cd "$folder/tool"
npm init -y >/dev/null
npm install --silent --no-fund --no-audit npm@11.19.1
npm="$folder/tool/node_modules/.bin/npm"
cd "$folder/checkout"
echo '{"name":"acme","version":"1.0.0","private":true,"workspaces":["packages/*"]}' > package.json
echo '{"name":"@acme/app","version":"1.0.0","dependencies":{"inherits":"2.0.4","ms":"2.1.3"}}' > packages/app/package.json
echo '{"name":"@acme/lint","version":"1.0.0","devDependencies":{"ms":"2.1.3"}}' > packages/lint/package.json
"$npm" install --silent --no-fund --no-audit
"$npm" sbom --sbom-format cyclonedx --omit dev > "$folder/sbom.json"
"$npm" ls --omit dev --all --parseable > "$folder/ls.txt"
cat > "$folder/look.cjs" <<'JS'
const assert = require('node:assert/strict')
const { readFileSync } = require('node:fs')
const [sbom, ls] = process.argv.slice(2).map((file) => readFileSync(file, 'utf8'))
const { metadata, components } = JSON.parse(sbom)
const shown = components.map(({ name, purl }) => `${name} (${purl})`).sort()
console.log(`root: ${metadata.component.name} (${metadata.component.purl})`)
console.log(`components: ${shown.join(', ')}`)
assert.deepEqual(shown, [
  'app (pkg:npm/%40acme/app@1.0.0)',
  'inherits (pkg:npm/inherits@2.0.4)',
  'lint (pkg:npm/%40acme/lint@1.0.0)',
])
assert.equal(metadata.component.name, 'checkout')
assert.match(ls, /node_modules[/\\]ms$/m)
console.log('ms, which @acme/app needs to run, is in npm ls --omit dev and not in npm sbom --omit dev')
JS
node "$folder/look.cjs" "$folder/sbom.json" "$folder/ls.txt"
