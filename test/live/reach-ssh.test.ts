import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { openEngine as openWay, type Answer, type Engine } from '../../src/targets/services/docker/engine.ts'
import type { Endpoint } from '../../src/state/manifest.ts'
import { describeWithEngines } from '../engines/describe.ts'
import { openEngine, type TestEngine } from '../engines/engine.ts'
import { importImage } from '../engines/images.ts'
import { eventsSince, removeAll } from '../engines/shop.ts'
import { openSshd, type TestSshd } from '../engines/ssh.ts'

describeWithEngines('an Engine over ssh', () => {
  let host: TestEngine
  let sshd: TestSshd
  const open: Engine[] = []
  const endpoint = (): Endpoint => ({ kind: 'ssh', destination: sshd.destination, port: null })
  const way = (to: Endpoint = endpoint()): Engine => {
    const engine = openWay('web-1', to)
    open.push(engine)
    return engine
  }

  beforeAll(async () => {
    host = await openEngine()
    sshd = await openSshd(host)
    await importImage(host.docker, { name: 'shop/deaf:1', command: ['/bin/busybox', 'sleep', '600'] })
  })
  afterEach(async () => {
    host.link('up')
    sshd.know('own')
    for (const engine of open.splice(0)) await engine.close()
    await until('no connection is left', () => sshd.connections().length === 0)
  })
  afterAll(async () => {
    await sshd.close()
    await host.close()
  })

  test('answers many calls at once over one connection with six channels at most', async () => {
    const before = { accepted: sshd.accepted(), sessions: sshd.sessions() }
    const engine = way()
    const answers = await Promise.all(Array.from({ length: 40 }, () => list(engine)))
    expect(answers.filter(({ ok }) => !ok)).toEqual([])
    expect(sshd.accepted() - before.accepted).toBe(1)
    expect(sshd.connections()).toHaveLength(1)
    expect(sshd.sessions() - before.sessions).toBeLessThanOrEqual(6)
    expect(sshd.sessions() - before.sessions).toBeGreaterThan(1)
  })

  test('is refused while its host key is unknown, says what to do, and is reached once the key is known', async () => {
    const before = sshd.accepted()
    sshd.know('none')
    const engine = way()
    const { status, fault } = faultOf(await list(engine))
    expect(status).toBeNull()
    expect(fault.what).toBe(
      `The Engine on web-1 cannot be reached to list its containers: ssh could not connect to ${sshd.destination}, whose host key is not known to this account`,
    )
    expect(fault.next).toContain('Get the fingerprint of its key from whoever runs that host')
    expect(fault.next).toContain(`ssh ${sshd.destination} docker version`)
    expect(sshd.accepted()).toBe(before)
    sshd.know('own')
    expect(await list(engine)).toMatchObject({ ok: true })
  })

  test('is refused when its host key has changed, with the words of ssh as detail', async () => {
    const before = sshd.accepted()
    sshd.know('another')
    const { fault } = faultOf(await list(way()))
    expect(fault.what).toMatch(/ssh could not connect to root@[\d.]+$/)
    expect(fault.next).toContain('If its host key has changed, find out why')
    expect(fault.detail).toContain('REMOTE HOST IDENTIFICATION HAS CHANGED')
    expect(fault.detail).not.toMatch(/\n|@@/)
    expect(sshd.accepted()).toBe(before)
  })

  test('leaves a change unknown when its connection is lost, and does not send it again', async () => {
    const container = await host.docker.createContainer({ Image: 'shop/deaf:1' })
    await container.start()
    const since = Date.now() / 1000
    const engine = way()
    expect(await list(engine)).toMatchObject({ ok: true })
    const stopping = engine.call('stop a container', docker => docker.getContainer(container.id).stop({ t: 3 }))
    const asked = { event: ['kill'], container: [container.id] }
    await until('the Engine has begun', async () => (await eventsSince(host.docker, since, asked)).length > 0)
    sshd.cut()
    const { status, fault } = faultOf(await stopping)
    expect(status).toBeNull()
    expect(fault.what).toContain(`the ssh connection to ${sshd.destination} was lost`)
    expect(fault.means).toContain('Whether it was done is not known')
    expect(await list(engine)).toMatchObject({ ok: true })
    await until('it has stopped', async () => !(await container.inspect()).State.Running)
    const signals = (await eventsSince(host.docker, since, asked)).map(({ Actor }) => Actor.Attributes['signal'])
    expect(signals).toEqual(['15', '9'])
    await removeAll(host.docker)
  })

  test('that is cut off in the middle of a call is told by the deadline, and answers again once it is back', async () => {
    const engine = way()
    expect(await list(engine)).toMatchObject({ ok: true })
    host.link('down')
    const began = performance.now()
    const { status, fault } = faultOf(await list(engine, 1500))
    expect(performance.now() - began).toBeLessThan(3000)
    expect(status).toBeNull()
    expect(fault.what).toContain('no answer in 2 s')
    host.link('up')
    expect(await list(engine)).toMatchObject({ ok: true })
  })

  test('that stays cut off loses its connection by itself, and gets a new one once it is back', async () => {
    const before = sshd.accepted()
    const engine = way()
    expect(await list(engine)).toMatchObject({ ok: true })
    expect(children()).toContain('ControlPath')
    host.link('down')
    await until('ssh has given up', () => !children().includes('ControlPath'))
    expect(faultOf(await list(engine, 1500)).status).toBeNull()
    host.link('up')
    // An attempt that was begun before the link came back may still end in vain.
    await until('it is reached again', async () => (await list(engine)).ok)
    expect(sshd.accepted() - before).toBe(2)
    sshd.cut()
  })

  test('is reached again after its dockerd was killed and started', async () => {
    const engines = [way(), way({ kind: 'unix', path: host.socket })]
    for (const engine of engines) expect(await list(engine)).toMatchObject({ ok: true })
    const before = sshd.accepted()
    await host.kill()
    const began = performance.now()
    const [overSsh, overUnix] = await Promise.all(engines.map(engine => list(engine).then(faultOf)))
    expect(performance.now() - began).toBeLessThan(5000)
    expect(overUnix?.fault.what).toMatch(/nobody listens there$/)
    expect(overSsh?.fault.what).toContain('docker system dial-stdio')
    expect(overSsh?.fault.next).toContain('Look whether the Engine there runs')
    await host.start()
    for (const engine of engines) expect(await list(engine)).toMatchObject({ ok: true })
    expect(sshd.accepted()).toBe(before)
  })

  test('is reached by a name out of ssh_config, through the jump host it names there', async () => {
    const before = sshd.accepted()
    const engine = way({ kind: 'ssh', destination: 'behind-a-jump', port: null })
    expect(await list(engine)).toMatchObject({ ok: true })
    expect(sshd.accepted() - before).toBe(2)
  })

  test('without a docker client says so, also on a port of its own', async () => {
    const other = await openSshd(host, 2222, ['ForceCommand exec no-such-docker'])
    try {
      const { fault } = faultOf(await list(way({ kind: 'ssh', destination: other.destination, port: 2222 })))
      expect(fault.what).toContain(`there is no docker client on ${other.destination}`)
      expect(fault.next).toContain(`ssh -p 2222 ${other.destination} docker version`)
    } finally {
      for (const engine of open.splice(0)) await engine.close()
      await other.close()
    }
  })

  test('does not keep a process alive that has nothing more to ask', async () => {
    const worker = ask(endpoint(), 'leave')
    expect(await once(worker.stdout, 'data').then(String)).toBe('answered\n')
    expect(await once(worker, 'exit')).toEqual([0, null])
    await until('its connection is gone', () => sshd.connections().length === 0)
  })

  test('loses its connection with a process that is killed', async () => {
    const worker = ask(endpoint(), 'stay')
    expect(await once(worker.stdout, 'data').then(String)).toBe('answered\n')
    expect(sshd.connections()).toHaveLength(1)
    worker.kill('SIGKILL')
    await until('its connection is gone', () => sshd.connections().length === 0)
  })
}, ['sshd', 'ssh', 'ssh-keygen', 'docker'])

function list(engine: Engine, deadlineMs?: number) {
  return engine.call('list its containers', docker => docker.listContainers(), deadlineMs)
}

function faultOf(answer: Answer<unknown>) {
  if (answer.ok) throw new Error('it answered')
  return answer
}

function ask(endpoint: Endpoint, then: 'leave' | 'stay') {
  const worker = join(import.meta.dirname, 'reach-worker.mjs')
  return spawn(process.execPath, [worker, JSON.stringify(endpoint), then], { stdio: ['ignore', 'pipe', 'inherit'] })
}

/** The command lines of this process's own children. */
function children(): string {
  const pids = readFileSync(`/proc/self/task/${process.pid}/children`, 'utf8').trim().split(' ').filter(Boolean)
  return pids.map(commandLine).join('\n')
}

function commandLine(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ')
  } catch {
    return ''
  }
}

async function until(what: string, holds: () => boolean | Promise<boolean>): Promise<void> {
  const end = performance.now() + 40_000
  while (!(await holds())) {
    if (performance.now() > end) throw new Error(`it did not come about that ${what}`)
    await sleep(25)
  }
}
