/** How long a password is that somebody chooses, in characters as a person counts them (after NFKC). */
export const MIN_PASSWORD_CHARACTERS = 12;
/** The longest one, counted the same way; it bounds what is hashed. */
export const MAX_PASSWORD_CHARACTERS = 128;
