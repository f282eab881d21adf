/** How long a password is that somebody chooses, in characters as a person counts them (after NFKC). */
export const MIN_PASSWORD_CHARACTERS = 12;
export const MAX_PASSWORD_CHARACTERS = 128;
