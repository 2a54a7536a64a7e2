import type { Endpoint } from '../../../../state/manifest.ts'
import { Trouble } from './trouble.ts'

/**
 * What an end of ssh's means. 255 is ssh's own failure, anything else the remote command's; `refused` and `unknown key` are
 * a 255 of the first connection. Its words are detail.
 */
export function troubleOf(
  { destination, port }: Extract<Endpoint, { kind: 'ssh' }>,
  code: number | string,
  words: string,
): Trouble {
  const at = port === null ? destination : `-p ${port} ${destination}`
  const [why, next] = meaning(code, destination, `ssh ${at} docker version`)
  return new Trouble(why, next, words)
}

function meaning(code: number | string, destination: string, byHand: string): readonly [string, string] {
  switch (code) {
    case 'unknown key':
      return [
        `ssh could not connect to ${destination}, whose host key is not known to this account`,
        `Get the fingerprint of its key from whoever runs that host; then connect once by hand, as this account, compare and accept: ${byHand}. (ssh-keyscan shows its keys.) Astern accepts no key by itself.`,
      ]
    case 'refused':
      return [
        `ssh could not connect to ${destination}`,
        `Try by hand, as this account: ${byHand}. If its host key has changed, find out why from whoever runs that host before you replace it (ssh-keygen -R, ssh-keyscan); Astern goes past no such check. If a password or passphrase is asked for, load the key into ssh-agent first.`,
      ]
    case 255:
      return [
        `the ssh connection to ${destination} was lost`,
        `Look whether that host is up and reachable from here: ${byHand}. Astern connects again by itself at the next call.`,
      ]
    case 127:
      return [
        `there is no docker client on ${destination}, or not in the PATH that ssh gives`,
        `Install the docker client there (the client alone is enough), then try: ${byHand}.`,
      ]
    case 'ENOENT':
      return ['ssh or setpriv is not installed here', 'Install openssh-client and util-linux on this machine.']
    case 'late':
      return [
        `ssh did not connect to ${destination} in time`,
        `Look whether that host is up and reachable from here: ${byHand}.`,
      ]
    default:
      return [
        `docker system dial-stdio on ${destination} ended with ${code}`,
        `Look whether the Engine there runs, and whether this account may use it: ${byHand}.`,
      ]
  }
}
