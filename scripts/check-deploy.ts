// Lints what an installation is made of. What a machine has no linter for is left out, with a line.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { parse as parseYaml } from 'yaml'
import { kubernetes, lintChart, refused, renderChart, variants } from './check-deploy/render-chart.ts'
import { findTool, installPythonTools, type Outcome, runTool } from './check-deploy/tools.ts'
import { createSbom } from './release/sbom.ts'

process.chdir(path.resolve(import.meta.dirname, '..'))
let failed = 0

const report = (what: string, { ok, said }: Outcome): boolean => {
  if (!ok) failed += 1
  console.log(`${ok ? 'ok  ' : 'FAIL'}  ${what}${ok ? '' : `\n${said}`}`)
  return ok
}
const leaveOut = (what: string, why: string): void => console.log(`skip  ${what}: ${why}`)

const checkImage = (): void => {
  const hadolint = findTool('hadolint')
  if (hadolint) report('Dockerfile, by hadolint', runTool(hadolint, ['Dockerfile']))
  else leaveOut('Dockerfile', 'no hadolint here')
}

/** What compose makes of the file with no variable set: its defaults, and no merge key any more. */
const resolvedCompose = (): string => {
  const text = readFileSync('compose.yaml', 'utf8').replaceAll(/\$\{\w+:-([^}]*)\}/g, '$1')
  return JSON.stringify(parseYaml(text, { merge: true }))
}

const readsCompose = `import sys
from compose_spec import PyCompose
compose = PyCompose.from_json(sys.stdin.read())
compose.validate()
assert compose.service_names`

const checkCompose = (): void => {
  report('compose.yaml, by its specification', runTool('python3', ['-c', readsCompose], resolvedCompose()))
}

const validate = (folder: string, name: string, manifests: string): void => {
  const file = path.join(folder, 'manifests.yaml')
  writeFileSync(file, manifests)
  const args = ['-m', 'kubernetes_validate', '-k', kubernetes, '--strict', '--quiet', file]
  report(`chart, ${name}: manifests of Kubernetes ${kubernetes}`, runTool('python3', args))
}

const checkChart = (hasPythonTools: boolean): void => {
  const helm = process.env['HELM'] ?? findTool('helm')
  if (!helm) {
    leaveOut('chart', 'no helm here: go install helm.sh/helm/v3/cmd/helm@v3.18.6, or name it in HELM')
    return
  }
  const folder = mkdtempSync(path.join(tmpdir(), 'switchboard-chart-'))
  try {
    report('chart, by helm lint', lintChart(helm))
    for (const [name, settings] of Object.entries(variants)) {
      const rendered = renderChart(helm, settings)
      if (report(`chart, ${name}`, rendered) && hasPythonTools) validate(folder, name, rendered.said)
    }
    for (const [name, settings] of Object.entries(refused)) {
      const { ok, said } = renderChart(helm, settings)
      report(`chart refuses ${name}`, { ok: !ok && said.includes('execution error'), said })
    }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

const checkUnit = (): void => {
  const analyze = findTool('systemd-analyze')
  const unit = 'deploy/systemd/switchboard.service'
  if (analyze) report('systemd unit', runTool(analyze, ['verify', '--man=no', unit]))
  else leaveOut('systemd unit', 'no systemd-analyze here')
}

const readsSbom = `import sys
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
wrong = JsonStrictValidator(SchemaVersion.V1_6).validate_str(sys.stdin.read())
sys.exit(str(wrong) if wrong else 0)`

const checkSbom = (): void => {
  const sbom = JSON.stringify(createSbom(process.cwd()))
  report('bill of materials, by the schema of CycloneDX', runTool('python3', ['-c', readsSbom], sbom))
}

const workflows = '.github/workflows'
const pipelines = 'examples/sandbox-in-ci'

/** Their form and their shell by actionlint, what they let others do by zizmor. */
const checkWorkflows = (): void => {
  const actionlint = findTool('actionlint')
  if (actionlint) {
    report('workflows, by actionlint', runTool(actionlint, []))
    report('workflow of the example, by actionlint', runTool(actionlint, [`${pipelines}/${workflows}/test.yml`]))
  } else leaveOut('workflows', 'no actionlint here: go install github.com/rhysd/actionlint/cmd/actionlint@v1.7.12')
  const zizmor = findTool('zizmor')
  if (zizmor) report('workflows, by zizmor', runTool(zizmor, ['--offline', '--quiet', workflows]))
  else leaveOut('workflows', 'no zizmor here')
}

const checkPipelines = (): void => {
  const schema = ['-m', 'check_jsonschema', '--builtin-schema']
  const gitHub = ['vendor.github-workflows', `${pipelines}/${workflows}/test.yml`]
  report('example for GitHub Actions, by its schema', runTool('python3', [...schema, ...gitHub]))
  const gitLab = ['vendor.gitlab-ci', '--data-transform', 'gitlab-ci', `${pipelines}/.gitlab-ci.yml`]
  report('example for GitLab, by its schema', runTool('python3', [...schema, ...gitLab]))
}

const trouble = installPythonTools()
if (trouble) leaveOut('compose.yaml, the bill of materials, the schemas of Kubernetes and of pipelines', trouble)
checkImage()
if (!trouble) {
  checkCompose()
  checkSbom()
  checkPipelines()
}
checkChart(!trouble)
checkUnit()
checkWorkflows()
if (failed > 0) process.exitCode = 1
