import { CfnRecordSet } from 'aws-cdk-lib/aws-route53';
import { Aws, CfnOutput, Stack, type StackProps } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';
import { ApiDomain } from '../constructs/edge/api-domain.ts';
import { Firewall } from '../constructs/edge/firewall.ts';
import { MalwareScan } from '../constructs/edge/malware-scan.ts';
import { WebFront } from '../constructs/edge/web-front.ts';
import type { StageConfig } from '../stage-config.ts';
import type { ServiceEdge } from './service-stack.ts';

export interface EdgeStackProps extends StackProps {
  readonly service: ServiceEdge;
  /** Without one the API answers under the address that AWS gave it, and serves its web files itself. */
  readonly domain?: StageConfig['domain'];
  readonly dataKeyArn: string;
}

/** The zone that every name of CloudFront belongs to. */
const CLOUDFRONT_ZONE = 'Z2FDTNDATAQYW2';

/** What stands before the service on AWS: firewall, malware scan, names with TLS 1.3, and their records. */
export class EdgeStack extends Stack {
  constructor(scope: Construct, id: string, props: EdgeStackProps) {
    super(scope, id, { description: 'Understudy: what stands before it', ...props });
    const { service, domain, dataKeyArn } = props;
    const { rest, restStage } = service;
    new Firewall(this, 'Firewall', {
      resourceArn: `arn:${Aws.PARTITION}:apigateway:${Aws.REGION}::/restapis/${rest.ref}/stages/${restStage}`,
    });
    new MalwareScan(this, 'MalwareScan', { uploads: service.uploads, verdicts: service.ingestQueue, dataKeyArn });
    if (domain) this.addNames(domain, service);
  }

  private addNames(names: NonNullable<EdgeStackProps['domain']>, { rest, restStage }: ServiceEdge): void {
    const api = new ApiDomain(this, 'Api', {
      host: names.api,
      certificateArn: names.apiCertificateArn,
      rest,
      restStage,
    });
    const web = new WebFront(this, 'Web', {
      host: names.web,
      certificateArn: names.webCertificateArn,
      originHost: `${rest.ref}.execute-api.${Aws.REGION}.${Aws.URL_SUFFIX}`,
      originPath: `/${restStage}`,
    });
    const targets = {
      Api: {
        name: names.api,
        dnsName: api.domain.attrRegionalDomainName,
        zone: api.domain.attrRegionalHostedZoneId,
      },
      Web: { name: names.web, dnsName: web.distribution.distributionDomainName, zone: CLOUDFRONT_ZONE },
    };
    for (const [id, target] of Object.entries(targets)) {
      new CfnOutput(this, `${id}Target`, { value: target.dnsName, description: `${target.name} has to lead here` });
      if (names.hostedZone) this.addRecords(id, target, names.hostedZone.id);
    }
  }

  private addRecords(
    id: string,
    target: { readonly name: string; readonly dnsName: string; readonly zone: string },
    hostedZoneId: string,
  ): void {
    // API Gateway answers under IPv4 only.
    for (const type of id === 'Web' ? ['A', 'AAAA'] : ['A']) {
      new CfnRecordSet(this, `${id}Record${type}`, {
        hostedZoneId,
        name: target.name,
        type,
        aliasTarget: { dnsName: target.dnsName, hostedZoneId: target.zone },
      });
    }
  }
}
