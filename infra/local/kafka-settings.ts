import { join } from "node:path"

/** Names of the ports of a node: clients' and the controller's. */
export const kafkaPortNames = ["port", "controller"] as const

/** server.properties of one KRaft node that is broker and controller, on 127.0.0.1 only. */
export const brokerProperties = (folder: string, ports: Readonly<Record<string, number>>): string => {
  const client = `127.0.0.1:${ports["port"]}`
  const controller = `127.0.0.1:${ports["controller"]}`
  return properties({
    "process.roles": "broker,controller",
    "node.id": "1",
    "controller.quorum.voters": `1@${controller}`,
    "controller.listener.names": "CONTROLLER",
    listeners: `PLAINTEXT://${client},CONTROLLER://${controller}`,
    "advertised.listeners": `PLAINTEXT://${client}`,
    "listener.security.protocol.map": "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT",
    "log.dirs": join(folder, "log"),
    "auto.create.topics.enable": "false",
    "num.partitions": "1",
    // Records carry market time; with it as timestamp the broker would refuse or soon delete them.
    "log.message.timestamp.type": "LogAppendTime",
    // The log is never the one to forget: an area halts at a gap in its offsets.
    "log.retention.ms": "-1",
    "default.replication.factor": "1",
    "min.insync.replicas": "1",
    "offsets.topic.replication.factor": "1",
    "offsets.topic.num.partitions": "4",
    "transaction.state.log.replication.factor": "1",
    "transaction.state.log.min.isr": "1",
    "transaction.state.log.num.partitions": "4",
    // After kill -9 the node is only let in again once its own old session has run out.
    "broker.heartbeat.interval.ms": "500",
    "broker.session.timeout.ms": "3000",
    "share.coordinator.state.topic.replication.factor": "1",
    "share.coordinator.state.topic.min.isr": "1",
    "group.initial.rebalance.delay.ms": "0",
    "log.cleaner.dedupe.buffer.size": "16777216",
    "log.cleaner.threads": "1",
    "num.network.threads": "2",
    "num.io.threads": "4"
  })
}

/** log4j2: everything to a file of at most 3 x 8 MB, warnings also to the server's output. */
export const loggingProperties = (folder: string): string =>
  properties({
    status: "error",
    // The broker ends logging itself, or the lines of its shutdown would be lost.
    shutdownHook: "disable",
    "appender.file.type": "RollingFile",
    "appender.file.name": "file",
    "appender.file.fileName": join(folder, "kafka.log"),
    "appender.file.filePattern": join(folder, "kafka.%i.log"),
    "appender.file.layout.type": "PatternLayout",
    "appender.file.layout.pattern": "%d %p %c: %m%n",
    "appender.file.policies.type": "Policies",
    "appender.file.policies.size.type": "SizeBasedTriggeringPolicy",
    "appender.file.policies.size.size": "8MB",
    "appender.file.strategy.type": "DefaultRolloverStrategy",
    "appender.file.strategy.max": "2",
    "appender.output.type": "Console",
    "appender.output.name": "output",
    "appender.output.layout.type": "PatternLayout",
    "appender.output.layout.pattern": "%d %p %c: %m%n",
    "appender.output.filter.level.type": "ThresholdFilter",
    "appender.output.filter.level.level": "ERROR",
    "rootLogger.level": "INFO",
    "rootLogger.appenderRef.file.ref": "file",
    "rootLogger.appenderRef.output.ref": "output"
  })

const properties = (values: Readonly<Record<string, string>>): string =>
  Object.entries(values).map(([name, value]) => `${name}=${value}\n`).join("")
