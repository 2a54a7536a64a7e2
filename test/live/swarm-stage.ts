import { spawn, type ChildProcess } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestSwarm } from '../engines/swarm.ts'
import { cli, endEngines, finished, type Ran } from './support.ts'

/** `answersAt`: the address of the check; null: the Swarm itself is asked whether the tasks run. */
type Written = { readonly host: object; readonly service: object; readonly answersAt: string | null }

/** The built program with a home of its own, and a manifest of the service on the Swarm. `more`: its host, its service, its checks. */
export function openStage({ manager, registry }: TestSwarm, more: Partial<Written> = {}) {
  const directory = mkdtempSync(join(tmpdir(), 'astern-swarm-'))
  const home = join(directory, 'home')
  const manifest = join(directory, 'astern.yaml')
  const written = {
    environment: { name: 'shop', class: 'drill' },
    hosts: { 'shop-swarm': more.host ?? { swarm: `unix://${manager.socket}`, address: manager.address } },
    services: {
      api: {
        hosts: ['shop-swarm'],
        swarm: 'shop_api',
        stop: { grace: '2s' },
        ...(more.service ?? {
          health: { http: 'http://{host}:8081/healthz' },
          identity: { http: 'http://{host}:8081/version', json: '$.version' },
        }),
      },
    },
    checks: [
      more.answersAt === null
        ? { name: 'api runs', docker: { service: 'api' }, assert: [{ state: 'running' }] }
        : {
            name: 'api answers',
            http: { url: `http://${more.answersAt ?? manager.address}:8081/healthz` },
            assert: [{ status: 200 }],
          },
    ],
    notify: { log: { file: 'log.ndjson' } },
    timing: { probe_interval: '50ms', stable: '200ms', watch: '0ms', health_deadline: '30s', probe_timeout: '10s' },
  }
  writeFileSync(manifest, JSON.stringify(written))
  const start = (args: readonly string[]): ChildProcess =>
    spawn(process.execPath, [cli, ...args, '--config', manifest], {
      stdio: ['ignore', 'pipe', 'pipe'],
      cwd: '/',
      env: { ...process.env, ASTERN_HOME: home, DOCKER_CONFIG: registry.clientConfig(registry.account.password) },
    })
  return {
    home,
    start,
    astern: (args: readonly string[]): Promise<Ran> => finished(start(args)),
    close: async () => {
      await endEngines(home)
      rmSync(directory, { recursive: true, force: true })
    },
  }
}
