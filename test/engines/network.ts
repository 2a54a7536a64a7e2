import { execFileSync } from 'node:child_process'

/** One bridge in this machine's own namespace; each host is a namespace of its own on it. `part` keeps test runs apart. */
export function networkOf(part: number) {
  const subnet = `10.${100 + (part % 100)}.${Math.floor(part / 100) % 250}`
  const bridge = `as${part % 100_000}b`
  return {
    bridge,
    subnet,
    up: (): void => {
      if (succeeds('ip', 'link', 'show', bridge)) return
      run('ip', 'link', 'add', bridge, 'type', 'bridge')
      run('ip', 'addr', 'add', `${subnet}.1/24`, 'dev', bridge)
      run('ip', 'link', 'set', bridge, 'up')
      run('iptables', '-I', 'FORWARD', '-i', bridge, '-o', bridge, '-j', 'ACCEPT')
    },
    down: (): void => {
      succeeds('iptables', '-D', 'FORWARD', '-i', bridge, '-o', bridge, '-j', 'ACCEPT')
      succeeds('ip', 'link', 'del', bridge)
    },
    host: (number: number) => hostOn(bridge, subnet, part, number),
  }
}

function hostOn(bridge: string, subnet: string, part: number, number: number) {
  const namespace = `as${part % 100_000}n${number}`
  const link = `as${part % 100_000}v${number}`
  return {
    namespace,
    address: `${subnet}.${number + 10}`,
    up: (): void => {
      run('ip', 'netns', 'add', namespace)
      run('ip', 'link', 'add', link, 'type', 'veth', 'peer', 'name', 'eth0', 'netns', namespace)
      run('ip', 'link', 'set', link, 'master', bridge, 'up')
      run('ip', '-n', namespace, 'addr', 'add', `${subnet}.${number + 10}/24`, 'dev', 'eth0')
      run('ip', '-n', namespace, 'link', 'set', 'eth0', 'up')
      run('ip', '-n', namespace, 'link', 'set', 'lo', 'up')
      run('ip', '-n', namespace, 'route', 'add', 'default', 'via', `${subnet}.1`)
    },
    /** Cuts the host off, or brings it back. */
    link: (state: 'up' | 'down'): void => run('ip', 'link', 'set', link, state),
    down: (): void => {
      succeeds('ip', 'link', 'del', link)
      succeeds('ip', 'netns', 'del', namespace)
    },
  }
}

function run(file: string, ...args: readonly string[]): void {
  execFileSync(file, args, { stdio: ['ignore', 'ignore', 'pipe'] })
}

function succeeds(file: string, ...args: readonly string[]): boolean {
  try {
    run(file, ...args)
    return true
  } catch {
    return false
  }
}
