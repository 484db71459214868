package org.moslora.training.team;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Lets the members of higher rank in and nobody else. Whoever calls has a few seconds to prove who he is and is served
 * beside all others, so that rubbish, half a handshake or a slow reader only loses its own connection.
 */
final class Reception {
    private static final long PATIENCE_NANOS = 10_000_000_000L;
    private static final int MOST_AT_A_TIME = 256;

    private final Membership own;
    private final Handshake handshake;
    private final Deque<Caller> waiting = new ArrayDeque<>();
    private final Map<Integer, SocketChannel> in = new TreeMap<>();

    Reception(Membership own) {
        this.own = own;
        this.handshake = new Handshake(own);
    }

    /** Somebody who has not proved yet who he is. */
    private static final class Caller {
        final SocketChannel channel;
        final long until = System.nanoTime() + PATIENCE_NANOS;
        final ByteBuffer hello = ByteBuffer.allocate(Handshake.HELLO);
        final ByteBuffer proof = ByteBuffer.allocate(Handshake.PROOF);

        @Nullable
        ByteBuffer answer;

        int rank = -1;

        Caller(SocketChannel channel) {
            this.channel = channel;
        }
    }

    /**
     * Receives all members of higher rank.
     *
     * @param deadline by {@link System#nanoTime}
     * @return their connections by rank
     * @throws PeerLost where one has not come by then
     */
    Map<Integer, SocketChannel> receive(ServerSocketChannel door, long deadline) throws IOException {
        int wanted = own.size() - 1 - own.rank();
        try (Selector selector = Selector.open()) {
            door.configureBlocking(false);
            door.register(selector, SelectionKey.OP_ACCEPT);
            while (in.size() < wanted) {
                long left = deadline - System.nanoTime();
                if (left <= 0 || Thread.interrupted()) {
                    throw new PeerLost("of " + wanted + " workers of higher rank " + in.size() + " came to rank "
                            + own.rank() + " in time");
                }
                selector.select(Math.max(1, Math.min(left / 1_000_000, 200)));
                for (SelectionKey key : selector.selectedKeys()) {
                    serve(selector, door, key);
                }
                selector.selectedKeys().clear();
                dropTheSlow();
            }
            in.values().forEach(channel -> release(selector, channel));
            return in;
        } catch (IOException | RuntimeException failure) {
            in.values().forEach(Reception::close);
            throw failure;
        } finally {
            waiting.forEach(caller -> close(caller.channel));
        }
    }

    private void serve(Selector selector, ServerSocketChannel door, SelectionKey key) {
        if (key.isValid() && key.isAcceptable()) {
            admit(selector, door);
        } else if (key.isValid() && key.attachment() instanceof Caller caller) {
            try {
                if (!goesOn(caller)) {
                    drop(caller);
                }
            } catch (IOException gone) {
                drop(caller);
            }
        }
    }

    private void admit(Selector selector, ServerSocketChannel door) {
        try {
            SocketChannel channel = door.accept();
            if (channel == null) {
                return;
            }
            Caller caller = new Caller(channel);
            waiting.add(caller);
            channel.configureBlocking(false);
            channel.register(selector, SelectionKey.OP_READ, caller);
            if (waiting.size() > MOST_AT_A_TIME) {
                drop(waiting.getFirst());
            }
        } catch (IOException gone) {
            return; // the next one may be somebody
        }
    }

    /** Takes what has come from a caller; whether he may stay. */
    private boolean goesOn(Caller caller) throws IOException {
        ByteBuffer answer = caller.answer;
        ByteBuffer filling = answer == null ? caller.hello : caller.proof;
        if (caller.channel.read(filling) < 0) {
            return false;
        }
        if (filling.hasRemaining()) {
            return true;
        }
        return answer == null ? answered(caller) : joined(caller, answer);
    }

    private boolean answered(Caller caller) throws IOException {
        caller.rank = handshake.caller(caller.hello);
        if (caller.rank < 0) {
            return false;
        }
        ByteBuffer answer = handshake.answer(caller.hello, caller.rank);
        caller.answer = answer;
        caller.channel.write(answer.duplicate());
        return true;
    }

    private boolean joined(Caller caller, ByteBuffer answer) {
        if (in.containsKey(caller.rank)
                || !handshake.isProved(caller.hello, answer, caller.rank, caller.proof.flip())) {
            return false;
        }
        waiting.remove(caller);
        in.put(caller.rank, caller.channel);
        return true;
    }

    private void dropTheSlow() {
        long now = System.nanoTime();
        while (!waiting.isEmpty() && now - waiting.getFirst().until > 0) {
            drop(waiting.getFirst());
        }
    }

    private void drop(Caller caller) {
        waiting.remove(caller);
        close(caller.channel);
    }

    private static void release(Selector selector, SocketChannel channel) {
        SelectionKey key = channel.keyFor(selector);
        if (key != null) {
            key.cancel();
        }
    }

    private static void close(SocketChannel channel) {
        try {
            channel.close();
        } catch (IOException nothingToLose) {
            return;
        }
    }
}
