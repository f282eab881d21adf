/** Where the whole and each service tell whether they are ready; auth answers at the root. */
export const READY_PATHS = ['/ready', '/v1/hub/ready', '/v1/ai/ready', '/v1/channel/ready'] as const;
