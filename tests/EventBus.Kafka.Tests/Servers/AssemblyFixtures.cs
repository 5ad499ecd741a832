[assembly: AssemblyFixture(typeof(KafkaServers))]
