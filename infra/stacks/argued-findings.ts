import type {
  App,
  IPolicyValidationContext,
  IPolicyValidationPlugin,
  PolicyValidationPluginReport,
} from 'aws-cdk-lib/core';
import { AwsSolutionsChecks } from 'cdk-nag';

interface Argument {
  readonly rule: RegExp;
  /** Paths of the constructs it speaks for. */
  readonly where: RegExp;
  readonly reason: string;
}

const argue = (rule: string | RegExp, where: RegExp, reason: string): Argument => ({
  rule: typeof rule === 'string' ? new RegExp(`^AwsSolutions-${rule}$`) : rule,
  where,
  reason,
});

/** Every finding of the AwsSolutions rules that stays, and why. What no line speaks for stops the synthesis. */
export const ARGUMENTS: readonly Argument[] = [
  argue(
    'SMG4',
    /^PlatformStack\/(Database|Cache)\//,
    'Passwords reach functions when the stack is deployed. One that changed by itself would lock them out until the next deployment; docs/deploying.md tells how to change them in one.',
  ),
  argue(
    'SMG4',
    /^PlatformStack\/Secrets\//,
    'What these sealed or signed must stay readable: they change by a planned step (docs/deploying.md), never by a clock.',
  ),
  argue(
    'RDS11',
    /^PlatformStack\/Database\/Postgres\//,
    'The security group decides who reaches Postgres; another port would only surprise people.',
  ),
  argue(
    'RDS3',
    /^PlatformStack\/Database\/Postgres\//,
    'A stage for development need not outlive a zone; its configuration says multiAz: false. Staging and production say true.',
  ),
  argue(
    'ELB2',
    /^PlatformStack\/Balancer\//,
    'A network load balancer writes access logs for TLS listeners only; this one is internal and forwards TCP.',
  ),
  argue(
    'AS3',
    /^PlatformStack\/(Models|Index)\//,
    'A replacement is the cure, not the illness: the alarms on unhealthy hosts tell when it does not help. Notices of every start by schedule would be noise.',
  ),
  argue(
    /^AwsSolutions-IAM4\[.*AmazonSSMManagedInstanceCore\]$/,
    /^PlatformStack\/(Models|Index)\//,
    'Session Manager is the only way onto a host, and AWS keeps this policy to what its agent needs.',
  ),
  argue(
    /^AwsSolutions-IAM4\[.*AWSDataLifecycleManagerServiceRole\]$/,
    /^PlatformStack\/Index\/SnapshotRole\//,
    'The policy that Data Lifecycle Manager is made to run with.',
  ),
  argue(
    /^AwsSolutions-IAM5\[.*:instance\/\*\]$/,
    /^PlatformStack\/Index\/Chroma\/Role\//,
    'The id of a host is not known before it runs; a condition on its tag closes what the wildcard opens, and the volume is named.',
  ),

  argue(
    /^AwsSolutions-IAM5\[Resource::\*\]$/,
    /^ServiceStack\/.*\/Role\//,
    'X-Ray and the network interfaces of Lambda know no narrower resource; a test lists the actions that may stand beside a *.',
  ),
  argue(
    /^AwsSolutions-IAM5\[.*\/creators\/\*\]$/,
    /^ServiceStack\/(Ai|Hub)\//,
    'Keys name the creator and the document, which are not known before; the bucket and the prefix are fixed.',
  ),
  argue(
    /^AwsSolutions-IAM5\[.*\/@connections\/\*\]$/,
    /^ServiceStack\/(Ai|Channel)\//,
    'Ids of sockets are not known before; API, stage and method are fixed.',
  ),
  argue(
    /^AwsSolutions-IAM5\[.*:identity\/\*\]$/,
    /^ServiceStack\/Auth\/(Api|WarnSpending\/Worker)\//,
    'Which sender is verified is settled in SES; these functions may send and nothing more.',
  ),
  argue(
    /^AwsSolutions-(APIG4|COG4)$/,
    /^ServiceStack\/(Rest|Sockets)\//,
    'Services verify tokens, keys and tickets themselves: no hop more, and nothing that emulators skip. Every route is tested without, with bad and with foreign credentials.',
  ),
  argue(
    'APIG2',
    /^ServiceStack\/Rest\/Api$/,
    'Every route parses its input by the schema that also makes the OpenAPI document.',
  ),
  argue('APIG3', /^ServiceStack\/Rest\/Stage$/, 'The edge stack puts the firewall before this stage.'),
  argue(
    /^AwsSolutions-(APIG1|APIG6)$/,
    /^ServiceStack\/(Rest|Sockets)\/Stage$/,
    'Functions write one line per request with route, status, time and request id. Logs of the gateway would keep addresses and queries beside it, and need a role for the whole account.',
  ),
  argue(
    'S1',
    /^ServiceStack\/(Uploads|Library)\/Bucket\//,
    'Access and change are in the audit trail in Postgres with who and what; access logs would be a third bucket full of creators’ ids.',
  ),

  argue(
    /^AwsSolutions-IAM5\[.*DO-NOT-DELETE-AmazonGuardDutyMalwareProtectionS3\*\]$/,
    /^EdgeStack\/MalwareScan\/Role\//,
    'GuardDuty makes up the end of its rule’s name; a condition holds it to rules that it manages itself.',
  ),
  argue(
    /^AwsSolutions-IAM5\[.*\/creators\/\*\]$/,
    /^EdgeStack\/MalwareScan\/Role\//,
    'It is there to read every upload; the bucket and the prefix are fixed.',
  ),
  argue('CFR1', /^EdgeStack\/Web\//, 'Creators’ visitors live anywhere.'),
  argue(
    'CFR2',
    /^EdgeStack\/Web\//,
    'Only public files pass here; the firewall stands before the REST API, which is their origin.',
  ),
  argue('CFR3', /^EdgeStack\/Web\//, 'Logs of who loaded the widget on which page are what visitors are spared.'),
];

/**
 * The AwsSolutions rules, less what ARGUMENTS speak for. Findings are compared when the templates are complete: before,
 * references between stacks have other names.
 */
export class ArguedRules implements IPolicyValidationPlugin {
  readonly name = 'AwsSolutions';
  private readonly rules: AwsSolutionsChecks;

  constructor(app: App) {
    this.rules = new AwsSolutionsChecks(app);
  }

  validate(context: IPolicyValidationContext): PolicyValidationPluginReport {
    const { violations, ...report } = this.rules.validate(context);
    const unargued = violations.flatMap((violation) => {
      const violatingResources = violation.violatingResources?.filter(
        ({ constructPath = '' }) => argumentFor(violation.ruleName, constructPath) === undefined,
      );
      return violatingResources?.length ? [{ ...violation, violatingResources }] : [];
    });
    return { ...report, success: unargued.length === 0, violations: unargued };
  }
}

export function argumentFor(rule: string, path: string): Argument | undefined {
  return ARGUMENTS.find((candidate) => candidate.rule.test(rule) && candidate.where.test(path));
}
