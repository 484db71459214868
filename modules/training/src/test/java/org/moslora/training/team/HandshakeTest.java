package org.moslora.training.team;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Two members know each other by a secret that neither says, and by nothing that was said before. */
class HandshakeTest {
    private static final String SECRET = secret(1);

    private static String secret(int value) {
        byte[] bytes = new byte[32];
        Arrays.fill(bytes, (byte) value);
        return Base64.getEncoder().encodeToString(bytes);
    }

    private static Handshake member(int rank) {
        return member(rank, 3, 1, SECRET);
    }

    private static Handshake member(int rank, int size, int attempt, String secret) {
        return new Handshake(new Membership(rank, size, attempt, 0, secret));
    }

    private static byte[] bytes(ByteBuffer buffer) {
        byte[] bytes = new byte[buffer.remaining()];
        buffer.duplicate().get(bytes);
        return bytes;
    }

    /** All that is said between the two, up to whether the called one trusts the caller. */
    private static boolean agree(Handshake caller, int callers, Handshake called, int calleds) {
        ByteBuffer hello = caller.hello();
        if (called.caller(hello) != callers) {
            return false;
        }
        ByteBuffer answer = called.answer(hello, callers);
        byte[] proof = caller.callersProof(hello, answer, calleds);
        return proof != null && called.isProved(hello, answer, callers, ByteBuffer.wrap(proof));
    }

    @Test
    void membersKnowEachOther() {
        assertThat(agree(member(2), 2, member(0), 0)).isTrue();
        assertThat(agree(member(1), 1, member(0), 0)).isTrue();
        assertThat(agree(member(2), 2, member(1), 1)).isTrue();
    }

    @ParameterizedTest
    @CsvSource({"2, 3, 2, 1", "2, 3, 1, 2", "2, 4, 1, 1"})
    void whoIsOfAnotherTeamAttemptOrSecretIsNot(int rank, int size, int attempt, int secret) {
        assertThat(agree(member(rank, size, attempt, secret(secret)), rank, member(0), 0))
                .isFalse();
    }

    /** Who calls has the higher rank, so that of two only one calls. */
    @Test
    void onlyHigherRanksThatThereAreMayCall() {
        assertThat(member(1).caller(member(2).hello())).isEqualTo(2);
        assertThat(member(1).caller(member(1).hello())).isEqualTo(-1);
        assertThat(member(1).caller(member(0).hello())).isEqualTo(-1);
        assertThat(member(1).caller(member(3, 4, 1, SECRET).hello())).isEqualTo(-1);
        ByteBuffer rubbish = ByteBuffer.allocate(Handshake.HELLO);
        assertThat(member(1).caller(rubbish)).isEqualTo(-1);
    }

    /** Whichever byte is changed on the way: of mark, attempt and rank the hello is none, of the rest no proof holds. */
    @Test
    void aChangedByteAnywhereEndsIt() {
        Handshake caller = member(2);
        Handshake called = member(0);
        for (int at = 0; at < Handshake.HELLO; at++) {
            ByteBuffer hello = caller.hello();
            byte[] other = bytes(hello);
            other[at] ^= 1;
            ByteBuffer changed = ByteBuffer.wrap(other);
            int rank = called.caller(changed);
            boolean trusted = rank == 2 && caller.callersProof(hello, called.answer(changed, rank), 0) != null;
            assertThat(trusted).as("byte %d of the hello", at).isFalse();
        }
        for (int at = 0; at < Handshake.ANSWER; at++) {
            ByteBuffer hello = caller.hello();
            byte[] answer = bytes(called.answer(hello, 2));
            answer[at] ^= 1;
            assertThat(caller.callersProof(hello, ByteBuffer.wrap(answer), 0))
                    .as("byte %d of the answer", at)
                    .isNull();
        }
    }

    @Test
    void aProofThatWasHeardOnceIsGoodForNothing() {
        Handshake caller = member(2);
        Handshake called = member(0);
        ByteBuffer hello = caller.hello();
        ByteBuffer answer = called.answer(hello, 2);
        byte[] proof = caller.callersProof(hello, answer, 0);
        assertThat(proof).hasSize(Handshake.PROOF);
        ByteBuffer heard = ByteBuffer.wrap(proof);
        assertThat(called.isProved(hello, answer, 2, heard)).isTrue();
        assertThat(called.isProved(hello, called.answer(hello, 2), 2, heard)).isFalse();
        assertThat(called.isProved(caller.hello(), answer, 2, heard)).isFalse();
        assertThat(called.isProved(hello, answer, 1, heard)).isFalse();
        assertThat(member(1).isProved(hello, answer, 2, heard)).isFalse();
    }

    /** Sent back as it came, the called one's proof is not the caller's. */
    @Test
    void anEchoProvesNothing() {
        Handshake called = member(0);
        ByteBuffer hello = member(2).hello();
        ByteBuffer answer = called.answer(hello, 2);
        ByteBuffer echo = answer.duplicate().position(answer.limit() - Handshake.PROOF);
        assertThat(called.isProved(hello, answer, 2, echo)).isFalse();
    }

    @Test
    void numbersAreNewEachTime() {
        Handshake caller = member(2);
        assertThat(bytes(caller.hello())).isNotEqualTo(bytes(caller.hello()));
        ByteBuffer hello = caller.hello();
        assertThat(bytes(member(0).answer(hello, 2)))
                .isNotEqualTo(bytes(member(0).answer(hello, 2)));
    }

    @Test
    void whatIsReadLeavesTheBuffersAsTheyWere() {
        ByteBuffer hello = member(2).hello();
        ByteBuffer answer = member(0).answer(hello, 2);
        member(2).callersProof(hello, answer, 0);
        assertThat(hello.remaining()).isEqualTo(Handshake.HELLO);
        assertThat(answer.remaining()).isEqualTo(Handshake.ANSWER);
    }

    @ParameterizedTest
    @CsvSource({"3, 3", "-1, 3", "0, 0"})
    void aPlaceThatNoTeamHasIsRefused(int rank, int size) {
        assertThatThrownBy(() -> new Membership(rank, size, 1, 0, SECRET)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void theSecretIsLongEnoughAndNeverShown() {
        assertThatThrownBy(() -> new Membership(0, 2, 1, 0, "c2hvcnQ=")).hasMessageContaining("too short");
        String made = Membership.newSecret();
        assertThat(Base64.getDecoder().decode(made)).hasSize(32);
        assertThat(Membership.newSecret()).isNotEqualTo(made);
        assertThat(new Membership(0, 2, 1, 5, made).toString())
                .doesNotContain(made)
                .contains("after step 5");
    }
}
