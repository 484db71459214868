package org.moslora.training.team;

import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * What two members say before they trust each other. Who connects says hello: who it is, in which attempt, and a number
 * that nobody can foresee. Who is called answers with a number of its own and proves that it knows the secret; then the
 * caller does. A proof covers both numbers, both ranks and who gives it, so none can be used a second time.
 */
final class Handshake {
    /** Bytes of a hello: a mark, the attempt, the caller's rank, its number. */
    static final int HELLO = 8 + 4 + 4 + 16;
    /** Bytes of an answer: a number and a proof. */
    static final int ANSWER = 16 + 32;
    /** Bytes of a proof. */
    static final int PROOF = 32;

    private static final long MARK = 0x6d6f736c6f726131L;
    private static final int NUMBER = 16;
    private static final SecureRandom RANDOM = new SecureRandom();

    private final Membership own;

    Handshake(Membership own) {
        this.own = own;
    }

    /** What a caller says first. */
    ByteBuffer hello() {
        ByteBuffer hello = ByteBuffer.allocate(HELLO);
        hello.putLong(MARK).putInt(own.attempt()).putInt(own.rank()).put(number());
        return hello.flip();
    }

    /** The rank that a hello names; −1 where it is none of a member of this attempt that may call here. */
    int caller(ByteBuffer hello) {
        if (hello.getLong(0) != MARK || hello.getInt(8) != own.attempt()) {
            return -1;
        }
        int rank = hello.getInt(12);
        return rank > own.rank() && rank < own.size() ? rank : -1;
    }

    /** What is answered to a hello. */
    ByteBuffer answer(ByteBuffer hello, int caller) {
        ByteBuffer answer = ByteBuffer.allocate(ANSWER);
        byte[] number = number();
        answer.put(number).put(proof("called", caller, own.rank(), number(hello, HELLO - NUMBER), number));
        return answer.flip();
    }

    /** The caller's proof, once the answer has shown that the called one knows the secret; null where it does not. */
    byte @org.jspecify.annotations.Nullable [] callersProof(ByteBuffer hello, ByteBuffer answer, int called) {
        byte[] first = number(hello, HELLO - NUMBER);
        byte[] second = number(answer, 0);
        byte[] given = new byte[PROOF];
        answer.duplicate().position(NUMBER).get(given);
        boolean known = MessageDigest.isEqual(given, proof("called", own.rank(), called, first, second));
        return known ? proof("caller", own.rank(), called, first, second) : null;
    }

    /** Whether a caller has proved that it knows the secret. */
    boolean isProved(ByteBuffer hello, ByteBuffer answer, int caller, ByteBuffer proof) {
        byte[] given = new byte[PROOF];
        proof.duplicate().get(given);
        byte[] right = proof("caller", caller, own.rank(), number(hello, HELLO - NUMBER), number(answer, 0));
        return MessageDigest.isEqual(given, right);
    }

    private static byte[] number() {
        byte[] number = new byte[NUMBER];
        RANDOM.nextBytes(number);
        return number;
    }

    private static byte[] number(ByteBuffer from, int at) {
        byte[] number = new byte[NUMBER];
        from.duplicate().position(at).get(number);
        return number;
    }

    private byte[] proof(String by, int caller, int called, byte[] first, byte[] second) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(own.key(), "HmacSHA256"));
            mac.update(by.getBytes(java.nio.charset.StandardCharsets.US_ASCII));
            mac.update(ByteBuffer.allocate(16)
                    .putInt(own.attempt())
                    .putInt(own.size())
                    .putInt(caller)
                    .putInt(called)
                    .array());
            mac.update(first);
            mac.update(second);
            return mac.doFinal();
        } catch (GeneralSecurityException missing) {
            throw new IllegalStateException("this Java has no HMAC of SHA-256", missing);
        }
    }
}
