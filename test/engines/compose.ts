import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { finished, type Ran } from '../live/support.ts'

export type ComposeService = {
  readonly dependsOn?: readonly string[]
  /** Seconds from its start until it answers. */
  readonly slow?: number
  /** Where the host publishes its port 8080. */
  readonly port?: number
  /** Docker's own health check, every second; those that depend on it wait for it. */
  readonly checked?: boolean
  readonly command?: readonly string[]
}

/** A project of Debian's Compose 1.29 on a test's Engine, all of whose services run one image. */
export type ComposeProject = {
  readonly file: string
  /** Writes the file anew with this image. */
  readonly use: (image: string) => void
  readonly compose: (...args: readonly string[]) => Promise<Ran>
  readonly close: () => void
}

export function openComposeProject(
  socket: string,
  project: string,
  services: Readonly<Record<string, ComposeService>>,
): ComposeProject {
  const directory = mkdtempSync(join(tmpdir(), 'astern-compose-'))
  const file = join(directory, 'docker-compose.json')
  return {
    file,
    use: image => writeFileSync(file, JSON.stringify({ version: '2.4', services: written(services, image) }, null, 2)),
    compose: (...args) =>
      finished(
        spawn('docker-compose', ['--project-name', project, '--file', file, ...args], {
          stdio: ['ignore', 'pipe', 'pipe'],
          cwd: directory,
          env: { ...process.env, DOCKER_HOST: `unix://${socket}` },
        }),
      ),
    close: () => rmSync(directory, { recursive: true, force: true }),
  }
}

function written(services: Readonly<Record<string, ComposeService>>, image: string): object {
  const all = Object.entries(services).map(([name, { dependsOn = [], slow, port, checked = false, command }]) => [
    name,
    {
      image,
      restart: 'unless-stopped',
      stop_grace_period: '2s',
      environment: slow === undefined ? {} : { WARM_UP: String(slow) },
      depends_on: Object.fromEntries(
        dependsOn.map(other => [
          other,
          { condition: services[other]?.checked === true ? 'service_healthy' : 'service_started' },
        ]),
      ),
      ...(port === undefined ? {} : { ports: [`${port}:8080`] }),
      ...(command === undefined ? {} : { command }),
      ...(checked ? { healthcheck } : {}),
    },
  ])
  return Object.fromEntries(all) as object
}

const healthcheck = {
  test: ['CMD', '/bin/busybox', 'wget', '-q', '-O', '/dev/null', 'http://127.0.0.1:8080/healthz'],
  interval: '1s',
  timeout: '5s',
  retries: 30,
}
