package org.moslora.training.team;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Whoever is not of the team never joins, stalls or ends it. */
class StrangersTest {
    private static final String SECRET = secret(1);

    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final List<SocketChannel> strangers = new ArrayList<>();
    private final CompletableFuture<String> door = new CompletableFuture<>();

    private static String secret(int value) {
        byte[] bytes = new byte[32];
        Arrays.fill(bytes, (byte) value);
        return Base64.getEncoder().encodeToString(bytes);
    }

    @AfterEach
    void end() throws IOException {
        for (SocketChannel stranger : strangers) {
            stranger.close();
        }
        threads.shutdownNow();
    }

    /** Rank 0 of two, which listens for rank 1; its address is in {@link #door}. */
    private CompletableFuture<MeshTeam> first() {
        return joining(new Membership(0, 2, 1, 0, SECRET), own -> {
            door.complete(own);
            return List.of(own, "127.0.0.1:1");
        });
    }

    private CompletableFuture<MeshTeam> joining(Membership own, AddressExchange exchange) {
        return CompletableFuture.supplyAsync(() -> (MeshTeam) MeshTeam.join(own, "127.0.0.1", exchange), threads);
    }

    private CompletableFuture<MeshTeam> second(Membership own) throws Exception {
        String there = door.get(10, TimeUnit.SECONDS);
        return joining(own, mine -> List.of(there, mine));
    }

    private SocketChannel stranger() throws Exception {
        InetSocketAddress there = MeshAddress.parse(door.get(10, TimeUnit.SECONDS));
        SocketChannel stranger = SocketChannel.open(there);
        strangers.add(stranger);
        return stranger;
    }

    @Test
    void rubbishHalfHandshakesAndSilenceAreLeftAside() throws Exception {
        CompletableFuture<MeshTeam> first = first();
        byte[] noise = new byte[300];
        new Random(4).nextBytes(noise);
        for (int length : new int[] {0, 1, 31, 32, 33, 300}) {
            stranger().write(ByteBuffer.wrap(noise, 0, length));
        }
        // A hello as it should be, and then nothing, or a wrong proof.
        Handshake knowing = new Handshake(new Membership(1, 2, 1, 0, secret(9)));
        stranger().write(knowing.hello());
        SocketChannel liar = stranger();
        liar.write(knowing.hello());
        liar.write(ByteBuffer.allocate(Handshake.PROOF));
        mustWorkTogether(first, second(new Membership(1, 2, 1, 0, SECRET)));
    }

    @Test
    void manyStrangersKeepNobodyOut() throws Exception {
        CompletableFuture<MeshTeam> first = first();
        for (int i = 0; i < 300; i++) {
            stranger();
        }
        mustWorkTogether(first, second(new Membership(1, 2, 1, 0, SECRET)));
    }

    @Test
    void aMemberOfAnotherAttemptIsAStranger() throws Exception {
        CompletableFuture<MeshTeam> first = first();
        second(new Membership(1, 2, 2, 0, SECRET));
        Thread.sleep(300);
        assertThat(first).isNotDone();
        mustWorkTogether(first, second(new Membership(1, 2, 1, 0, SECRET)));
    }

    /** Who connects wants proof as well: somebody that listens where a member did learns nothing. */
    @Test
    void whoAnswersMustKnowTheSecret() {
        Handshake caller = new Handshake(new Membership(1, 2, 1, 0, SECRET));
        Handshake called = new Handshake(new Membership(0, 2, 1, 0, SECRET));
        Handshake stranger = new Handshake(new Membership(0, 2, 1, 0, secret(9)));
        ByteBuffer hello = caller.hello();
        assertThat(called.caller(hello)).isEqualTo(1);
        assertThat(caller.callersProof(hello, stranger.answer(hello, 1), 0)).isNull();
        ByteBuffer answer = called.answer(hello, 1);
        byte[] proof = caller.callersProof(hello, answer, 0);
        assertThat(called.isProved(hello, answer, 1, ByteBuffer.wrap(proof))).isTrue();
        // Not even what was proved once counts again.
        assertThat(called.isProved(hello, called.answer(hello, 1), 1, ByteBuffer.wrap(proof)))
                .isFalse();
    }

    private static void mustWorkTogether(CompletableFuture<MeshTeam> first, CompletableFuture<MeshTeam> second)
            throws Exception {
        try (MeshTeam one = first.get(20, TimeUnit.SECONDS);
                MeshTeam other = second.get(20, TimeUnit.SECONDS)) {
            float[] added = {1, 2, 3};
            CompletableFuture<Void> there = CompletableFuture.runAsync(() -> other.sum(new float[] {10, 20, 30}));
            one.sum(added);
            there.get(10, TimeUnit.SECONDS);
            assertThat(added).containsExactly(11, 22, 33);
        }
    }

    @Test
    void whoeverComesToOtherValuesIsNamed() throws Exception {
        CompletableFuture<MeshTeam> first = first();
        CompletableFuture<MeshTeam> second = second(new Membership(1, 2, 1, 0, SECRET));
        try (MeshTeam one = first.get(20, TimeUnit.SECONDS);
                MeshTeam other = second.get(20, TimeUnit.SECONDS)) {
            CompletableFuture<Void> there =
                    CompletableFuture.runAsync(() -> other.mustAgree(6, "after step 3"), threads);
            assertThatThrownBy(() -> one.mustAgree(5, "after step 3"))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContainingAll("after step 3", "worker 1 at 127.0.0.1", "kind");
            assertThatThrownBy(() -> there.get(10, TimeUnit.SECONDS)).isInstanceOf(ExecutionException.class);
        }
    }

    @Test
    void whenOneGoesTheOtherIsToldWho() throws Exception {
        CompletableFuture<MeshTeam> first = first();
        CompletableFuture<MeshTeam> second = second(new Membership(1, 2, 1, 0, SECRET));
        try (MeshTeam one = first.get(20, TimeUnit.SECONDS)) {
            second.get(20, TimeUnit.SECONDS).close();
            assertThatThrownBy(() -> one.sum(1L)).isInstanceOf(PeerLost.class).hasMessageContaining("worker 1 at");
        }
    }

    @Test
    void membersOnOneMachineTakeADeviceEach() throws Exception {
        CompletableFuture<MeshTeam> first = first();
        CompletableFuture<MeshTeam> second = second(new Membership(1, 2, 1, 0, SECRET));
        try (MeshTeam one = first.get(20, TimeUnit.SECONDS);
                MeshTeam other = second.get(20, TimeUnit.SECONDS)) {
            assertThat(other.seat()).isEqualTo(1);
            assertThat(other.device("cuda")).isEqualTo("cuda:1");
            assertThat(other.device("cuda:0")).isEqualTo("cuda:0");
            assertThat(other.device("cpu")).isEqualTo("cpu");
            assertThat(Team.ALONE.device("cuda")).isEqualTo("cuda");
            assertThat(one.isLed()).isTrue();
        }
    }
}
