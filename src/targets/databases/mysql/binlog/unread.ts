/** A binlog that cannot be read, or is not what it ought to be. */
export class BinlogUnread extends Error {}
