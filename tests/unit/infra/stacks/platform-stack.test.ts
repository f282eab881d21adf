import { describe, expect, test } from 'vitest';
import { PLATFORM_RUNBOOK_SECTIONS } from '../../../../infra/constructs/alarm.ts';
import { awsStacks } from './aws-stacks.ts';

const STAGES = ['dev', 'prod'] as const;

describe.each(STAGES)('the platform of %s', (stage) => {
  const { platform } = awsStacks(stage);
  const only = (type: string) => {
    const [first, second] = platform.ofType(type);
    expect(second).toBeUndefined();
    return first?.Properties;
  };

  test('leaves no finding of the AwsSolutions rules without an argument', () => {
    expect(platform.findings.length).toBeGreaterThan(10);
    expect(platform.findings.filter(({ isArgued }) => !isArgued)).toEqual([]);
  });

  test('has Postgres encrypted, backed up, guarded against deletion, and out of reach of the internet', () => {
    const database = platform.ofType('AWS::RDS::DBInstance')[0];

    expect(database?.Properties).toMatchObject({
      Engine: 'postgres',
      StorageEncrypted: true,
      DeletionProtection: true,
      PubliclyAccessible: false,
      CopyTagsToSnapshot: true,
      MultiAZ: stage === 'prod',
      BackupRetentionPeriod: stage === 'prod' ? 35 : 7,
    });
    expect(database?.Properties.KmsKeyId).toBeDefined();
    expect(database).toMatchObject({ DeletionPolicy: 'Snapshot', UpdateReplacePolicy: 'Snapshot' });
  });

  test('takes connections to Postgres with TLS only, and keeps visitors’ words out of its log', () => {
    expect(only('AWS::RDS::DBParameterGroup').Parameters).toMatchObject({
      'rds.force_ssl': '1',
      ssl_min_protocol_version: 'TLSv1.2',
      log_parameter_max_length: '0',
      log_parameter_max_length_on_error: '0',
    });
  });

  test('asks Valkey’s users for a password, and seals what it holds', () => {
    const cache = only('AWS::ElastiCache::ServerlessCache');
    const user = only('AWS::ElastiCache::User');

    expect(cache).toMatchObject({ Engine: 'valkey', MajorEngineVersion: '8' });
    expect(cache.KmsKeyId).toBeDefined();
    expect(cache.UserGroupId).toBeDefined();
    expect(user.NoPasswordRequired).toBe(false);
    expect(user.AccessString).not.toContain('~*');
  });

  test('lets every secret be drawn by AWS, sealed with its own key', () => {
    const secrets = platform.ofType('AWS::SecretsManager::Secret');

    expect(secrets).toHaveLength(10);
    for (const { Properties } of secrets) {
      expect(Properties.GenerateSecretString).toBeDefined();
      expect(Properties.SecretString).toBeUndefined();
      expect(Properties.KmsKeyId).toBeDefined();
    }
  });

  test('turns its keys over and keeps them', () => {
    const keys = platform.resources.filter(({ Type }) => Type === 'AWS::KMS::Key');

    expect(keys).toHaveLength(2);
    expect(keys).toEqual(keys.map(() => expect.objectContaining({ DeletionPolicy: 'Retain' })));
    expect(keys.map(({ Properties }) => Properties.EnableKeyRotation)).toEqual([true, true]);
  });

  test('gives hosts no address of the internet, IMDSv2 only, encrypted disks', () => {
    const templates = platform.ofType('AWS::EC2::LaunchTemplate');

    expect(templates).toHaveLength(2);
    for (const { Properties } of templates) {
      const data = Properties.LaunchTemplateData;
      expect(data.MetadataOptions).toMatchObject({ HttpTokens: 'required', HttpPutResponseHopLimit: 1 });
      expect(
        data.NetworkInterfaces.map((one: { AssociatePublicIpAddress: boolean }) => one.AssociatePublicIpAddress),
      ).toEqual([false]);
      expect(data.BlockDeviceMappings.map((one: { Ebs: { Encrypted: boolean } }) => one.Ebs.Encrypted)).toEqual([true]);
      expect(data.KeyName).toBeUndefined();
    }
    expect(platform.ofType('AWS::EC2::Subnet').filter(({ Properties }) => Properties.MapPublicIpOnLaunch)).toEqual([]);
  });

  test('replaces hosts that fail their health check', () => {
    const groups = platform.ofType('AWS::AutoScaling::AutoScalingGroup').map(({ Properties }) => Properties);

    expect(groups.map(({ HealthCheckType }) => HealthCheckType)).toEqual(['ELB', 'ELB']);
    expect(groups.map(({ MaxSize }) => MaxSize)).toEqual(['1', '1']);
  });

  test('rings when a host that is wanted is missing for longer than it takes to replace it', () => {
    const alarms = platform
      .ofType('AWS::CloudWatch::Alarm')
      .filter(({ Properties }) => /#(models|index)-unhealthy$/.test(Properties.AlarmDescription));
    const seen = alarms.map(({ Properties }) => ({
      expression: Properties.Metrics[0].Expression,
      metrics: Properties.Metrics.slice(1).map(
        ({ MetricStat }: { MetricStat: { Metric: { MetricName: string } } }) => MetricStat.Metric.MetricName,
      ),
      minutes: Properties.EvaluationPeriods * 5,
    }));
    const counted = { expression: 'wanted - FILL(healthy, 0)', metrics: ['GroupDesiredCapacity', 'HealthyHostCount'] };

    expect(seen).toEqual([
      { ...counted, minutes: 30 },
      { ...counted, minutes: 20 },
    ]);
    const groups = platform.ofType('AWS::AutoScaling::AutoScalingGroup').map(({ Properties }) => Properties);
    expect(groups.map(({ MetricsCollection }) => MetricsCollection)).toEqual(
      groups.map(() => [{ Granularity: '1Minute', Metrics: ['GroupDesiredCapacity'] }]),
    );
  });

  test('keeps the index on an encrypted volume of its own, copied each night', () => {
    const volume = only('AWS::EC2::Volume');
    const policy = only('AWS::DLM::LifecyclePolicy').PolicyDetails;

    expect(volume.Encrypted).toBe(true);
    expect(volume.KmsKeyId).toBeDefined();
    expect(volume.Tags).toContainEqual({ Key: policy.TargetTags[0].Key, Value: policy.TargetTags[0].Value });
    expect(policy.Schedules[0].CreateRule).toMatchObject({ Interval: 24, IntervalUnit: 'HOURS' });
  });

  test('opens a port only between two of its own groups', () => {
    const open = platform.ofType('AWS::EC2::SecurityGroupIngress').map(({ Properties }) => Properties);
    const groups = platform.ofType('AWS::EC2::SecurityGroup').map(({ Properties }) => Properties);

    expect(groups.flatMap(({ SecurityGroupIngress = [] }) => SecurityGroupIngress)).toEqual([]);
    expect(open.every(({ SourceSecurityGroupId, CidrIp }) => SourceSecurityGroupId && CidrIp === undefined)).toBe(true);
    const rules = open.map(({ FromPort, GroupId, SourceSecurityGroupId }) =>
      JSON.stringify([typeof FromPort === 'number' ? FromPort : 5_432, GroupId, SourceSecurityGroupId]),
    );
    expect([...new Set(rules.map((rule) => JSON.parse(rule)[0]))].sort()).toEqual([11_434, 5_432, 6_379, 8_000]);
    // EC2 refuses a rule that is there already.
    expect(new Set(rules).size).toBe(rules.length);
    const ways = platform.ofType('AWS::EC2::SecurityGroupEgress').map(({ Properties }) => {
      const { FromPort, GroupId, DestinationSecurityGroupId } = Properties;
      return JSON.stringify([typeof FromPort === 'number' ? FromPort : 5_432, GroupId, DestinationSecurityGroupId]);
    });
    expect(new Set(ways).size).toBe(ways.length);
    // A group that is made without a rule is let out everywhere.
    expect(groups.every(({ SecurityGroupEgress }) => SecurityGroupEgress?.length > 0)).toBe(true);
    const outward = groups.flatMap(({ SecurityGroupEgress = [] }) => SecurityGroupEgress);
    const toTheWeb = outward.filter((rule: { CidrIp: string }) => rule.CidrIp === '0.0.0.0/0');
    expect([...new Set(toTheWeb.map((rule: { ToPort: number }) => rule.ToPort))].sort()).toEqual([443, 80]);
  });

  test('has one way out, S3 by a gateway, and no endpoint that would break posts to sockets', () => {
    const endpoints = platform.ofType('AWS::EC2::VPCEndpoint').map(({ Properties }) => Properties);

    expect(platform.ofType('AWS::EC2::NatGateway')).toHaveLength(1);
    expect(endpoints.map(({ VpcEndpointType }) => VpcEndpointType)).toEqual(['Gateway']);
  });

  test('lets CloudWatch publish alarms of this account, through the topic’s own policy and its key', () => {
    const statements = only('AWS::SNS::TopicPolicy').PolicyDocument.Statement;
    const keys = platform.ofType('AWS::KMS::Key').flatMap(({ Properties }) => Properties.KeyPolicy.Statement);
    const byCloudWatch = { Effect: 'Allow', Principal: { Service: 'cloudwatch.amazonaws.com' } };

    expect(statements).toContainEqual(
      expect.objectContaining({
        ...byCloudWatch,
        Action: 'sns:Publish',
        Condition: { ArnLike: { 'aws:SourceArn': expect.anything() } },
      }),
    );
    expect(keys).toContainEqual(
      expect.objectContaining({ ...byCloudWatch, Action: ['kms:Decrypt', 'kms:GenerateDataKey*'] }),
    );
  });

  test('tells the operator of every alarm, with its section of the runbook', () => {
    const alarms = platform.ofType('AWS::CloudWatch::Alarm').map(({ Properties }) => Properties);
    const sections = alarms.map(({ AlarmDescription }) => /docs\/runbook\.md#([a-z-]+)$/.exec(AlarmDescription)?.[1]);

    expect(alarms.every(({ AlarmActions }) => AlarmActions?.length === 1)).toBe(true);
    expect(PLATFORM_RUNBOOK_SECTIONS).toEqual(expect.arrayContaining(sections));
    expect(new Set(sections).size).toBe(stage === 'prod' ? 4 : 3);
  });
});

test('gives the proxy a login that Postgres knows before the first migration, or it would never be reached', () => {
  const { platform } = awsStacks('prod');
  const [proxy] = platform.ofType('AWS::RDS::DBProxy');
  const secrets = proxy?.Properties.Auth.map(({ SecretArn }: { SecretArn: { Ref: string } }) => SecretArn.Ref);

  expect(secrets).toHaveLength(5);
  expect(secrets[0]).toMatch(/^DatabasePostgresSecret/);
});

test.each([
  ['dev', 1],
  ['prod', 2.5],
] as const)('rings for the disk of Postgres in %s only when it has not grown by itself', (stage, leastGb) => {
  const alarm = awsStacks(stage)
    .platform.ofType('AWS::CloudWatch::Alarm')
    .find(({ logicalId }) => logicalId.startsWith('DatabaseStorage'));

  const [{ Expression }] = alarm?.Properties.Metrics ?? [];
  expect(Expression).toBe(`IF(free < ${leastGb * 1_024 ** 3}, 1, 0)`);
});

test('lets go of the proxy in two steps, for its address is in use until the services are deployed', () => {
  const urlsOf = (proxy: boolean | 'unused') => {
    const { platform, service } = awsStacks('prod', (config) => ({
      ...config,
      database: { ...config.database, proxy },
    }));
    const [one] = service.ofType('AWS::Lambda::Function');
    const host = JSON.stringify(one?.Properties.Environment.Variables.DATABASE_URL);
    return { host, exported: platform.exports.some((name) => name.includes('DatabaseProxy')) };
  };

  expect(urlsOf(true)).toEqual({ host: expect.stringContaining('DatabaseProxy'), exported: true });
  expect(urlsOf('unused')).toEqual({ host: expect.not.stringContaining('DatabaseProxy'), exported: true });
  expect(urlsOf(false)).toEqual({ host: expect.not.stringContaining('DatabaseProxy'), exported: false });
});

test('makes another user of the cache when secrets have changed, or its old password would stay', () => {
  const userIn = (credentialsRound: number) => {
    const { platform, service } = awsStacks('prod', (config) => ({ ...config, credentialsRound }));
    const [user] = platform.ofType('AWS::ElastiCache::User');
    const [one] = service.ofType('AWS::Lambda::Function');
    expect(JSON.stringify(one?.Properties.Environment.Variables.REDIS_URL)).toContain(user?.Properties.UserName);
    return user?.Properties;
  };

  const [first, second] = [userIn(1), userIn(2)];

  expect(second.UserId).not.toBe(first.UserId);
  expect(second.UserName).not.toBe(first.UserName);
});

test('holds model hosts to an image where the stage names one, and takes the newest where it does not', () => {
  const imageIn = (image?: string) => {
    const { platform } = awsStacks('prod', (config) => ({ ...config, models: { ...config.models, image } }));
    const template = platform
      .ofType('AWS::EC2::LaunchTemplate')
      .find(({ logicalId }) => logicalId.startsWith('Models'));
    return JSON.stringify(template?.Properties.LaunchTemplateData.ImageId);
  };

  expect(imageIn('ami-0123456789abcdef0')).toBe('"ami-0123456789abcdef0"');
  expect(imageIn()).toContain('deeplearning');
});

test('runs models by the clock where the stage says so', () => {
  const schedules = (stage: (typeof STAGES)[number]) =>
    awsStacks(stage)
      .platform.ofType('AWS::AutoScaling::ScheduledAction')
      .map(({ Properties }) => [Properties.Recurrence, Properties.DesiredCapacity]);

  expect(schedules('dev')).toEqual([
    ['0 7 * * MON-FRI', 1],
    ['0 20 * * *', 0],
  ]);
  expect(schedules('prod')).toEqual([]);
});
