package org.moslora.training.team;

import java.security.SecureRandom;
import java.util.Base64;

/**
 * A process's place in a team, as whoever leads it gives it out.
 *
 * @param rank from 0
 * @param size of the team
 * @param attempt which one this is, from 1: members of another are strangers
 * @param after the step of the checkpoint to go on from; 0 for the beginning
 * @param secret in Base64: who knows it is no stranger
 */
public record Membership(int rank, int size, int attempt, int after, String secret) {
    private static final int FEWEST_BYTES = 16;
    private static final int SECRET_BYTES = 32;

    public Membership {
        if (size < 1 || rank < 0 || rank >= size) {
            throw new IllegalArgumentException("rank " + rank + " of " + size);
        }
        if (key(secret).length < FEWEST_BYTES) {
            throw new IllegalArgumentException("the team's secret is too short");
        }
    }

    /** A secret for an attempt that nobody can guess. */
    public static String newSecret() {
        byte[] secret = new byte[SECRET_BYTES];
        new SecureRandom().nextBytes(secret);
        return Base64.getEncoder().encodeToString(secret);
    }

    /** The secret's bytes. */
    byte[] key() {
        return key(secret);
    }

    private static byte[] key(String secret) {
        return Base64.getDecoder().decode(secret);
    }

    /** Without the secret, which is nobody's to read. */
    @Override
    public String toString() {
        return "rank " + rank + " of " + size + ", attempt " + attempt + ", after step " + after;
    }
}
