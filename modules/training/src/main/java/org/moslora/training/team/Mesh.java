package org.moslora.training.team;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketOption;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** A connection from each member to each. One thread exchanges bytes with all at a time; any thread may close. */
final class Mesh implements AutoCloseable {
    private static final long PATIENCE_NANOS = 60_000_000_000L;
    private static final int PORTS_WAITING = 128;
    /** Seconds of silence before a machine that may have lost its power is asked, between questions, and how many. */
    private static final Map<String, Integer> ALIVE =
            Map.of("TCP_KEEPIDLE", 60, "TCP_KEEPINTERVAL", 10, "TCP_KEEPCOUNT", 6);

    private final Membership own;
    private final List<String> addresses;
    private final SocketChannel[] peers;
    private final Selector selector;

    private Mesh(Membership own, List<String> addresses, SocketChannel[] peers) throws IOException {
        this.own = own;
        this.addresses = List.copyOf(addresses);
        this.peers = peers;
        this.selector = Selector.open();
        for (int rank = 0; rank < peers.length; rank++) {
            if (rank != own.rank()) {
                peers[rank].configureBlocking(false);
                peers[rank].setOption(StandardSocketOptions.TCP_NODELAY, true);
                peers[rank].setOption(StandardSocketOptions.SO_KEEPALIVE, true);
                watch(peers[rank]);
                peers[rank].register(selector, 0, rank);
            }
        }
    }

    /**
     * Connects this process with all others. Nothing listens any more when it is done.
     *
     * @param host where others reach this process
     * @throws PeerLost where one does not come within a minute
     */
    static Mesh join(Membership own, String host, AddressExchange exchange) {
        try (ServerSocketChannel door = ServerSocketChannel.open()) {
            door.bind(new InetSocketAddress(host, 0), PORTS_WAITING);
            int port = ((InetSocketAddress) door.getLocalAddress()).getPort();
            List<String> addresses = exchange.all(MeshAddress.of(host, port));
            long deadline = System.nanoTime() + PATIENCE_NANOS;
            return new Mesh(own, addresses, connected(own, addresses, door, deadline));
        } catch (IOException broken) {
            throw new PeerLost("rank " + own.rank() + " cannot be reached at " + host + ": " + broken, broken);
        }
    }

    /** Lower ranks are called, which wait for nobody but those below them; then the higher ones are let in. */
    private static SocketChannel[] connected(
            Membership own, List<String> addresses, ServerSocketChannel door, long deadline) throws IOException {
        Map<Integer, SocketChannel> peers = new TreeMap<>();
        try {
            Calls calls = new Calls(own);
            for (int rank = 0; rank < own.rank(); rank++) {
                peers.put(rank, calls.to(rank, addresses.get(rank), deadline));
            }
            peers.putAll(new Reception(own).receive(door, deadline));
        } catch (IOException | RuntimeException failure) {
            for (SocketChannel peer : peers.values()) {
                peer.close();
            }
            throw failure;
        }
        SocketChannel[] all = new SocketChannel[own.size()];
        peers.forEach((rank, channel) -> all[rank] = channel);
        return all;
    }

    private static void watch(SocketChannel channel) throws IOException {
        for (SocketOption<?> option : channel.supportedOptions()) {
            Integer value = ALIVE.get(option.name());
            if (value != null && option.type() == Integer.class) {
                @SuppressWarnings("unchecked") // its type was looked at
                SocketOption<Integer> number = (SocketOption<Integer>) option;
                channel.setOption(number, value);
            }
        }
    }

    /** Where a member is, for messages. */
    String address(int rank) {
        return addresses.get(rank);
    }

    /** How many members of lower rank are on this machine. */
    int seat() {
        String host = MeshAddress.host(addresses.get(own.rank()));
        return (int) addresses.subList(0, own.rank()).stream()
                .filter(address -> MeshAddress.host(address).equals(host))
                .count();
    }

    /**
     * Sends and receives at the same time, until all is sent and all buffers are full.
     *
     * @param out what goes to each rank; null for this one and for whoever gets nothing
     * @param in what comes from each, likewise
     * @throws PeerLost as soon as a member is gone that still has something to give or to get
     */
    void exchange(@Nullable ByteBuffer[] out, @Nullable ByteBuffer[] in) {
        try {
            int open = 0;
            for (SelectionKey key : selector.keys()) {
                open += moved(key, out, in) ? 0 : 1;
            }
            while (open > 0) {
                selector.select();
                if (Thread.currentThread().isInterrupted()) {
                    throw new PeerLost("rank " + own.rank() + " was told to end");
                }
                for (SelectionKey key : selector.selectedKeys()) {
                    open -= key.interestOps() != 0 && moved(key, out, in) ? 1 : 0;
                }
                selector.selectedKeys().clear();
            }
        } catch (IOException | java.nio.channels.CancelledKeyException | ClosedSelectorException closed) {
            throw new PeerLost("the team of rank " + own.rank() + " is closed", closed);
        }
    }

    /** Moves what can be moved now; whether nothing is left to do with this member. */
    private boolean moved(SelectionKey key, @Nullable ByteBuffer[] out, @Nullable ByteBuffer[] in) throws IOException {
        int rank = (Integer) key.attachment();
        ByteBuffer sending = out[rank];
        ByteBuffer receiving = in[rank];
        int wanted = 0;
        try {
            if (sending != null && sending.hasRemaining()) {
                peers[rank].write(sending);
                wanted |= sending.hasRemaining() ? SelectionKey.OP_WRITE : 0;
            }
            if (receiving != null && receiving.hasRemaining()) {
                if (peers[rank].read(receiving) < 0) {
                    throw new IOException("it hung up");
                }
                wanted |= receiving.hasRemaining() ? SelectionKey.OP_READ : 0;
            }
        } catch (java.nio.channels.ClosedChannelException closed) {
            throw closed;
        } catch (IOException gone) {
            throw new PeerLost(
                    "worker " + rank + " at " + addresses.get(rank) + " is gone: " + gone.getMessage(), gone);
        }
        key.interestOps(wanted);
        return wanted == 0;
    }

    @Override
    public void close() {
        for (SocketChannel peer : peers) {
            if (peer != null) {
                close(peer);
            }
        }
        close(selector);
    }

    private static void close(java.io.Closeable open) {
        try {
            open.close();
        } catch (IOException nothingToLose) {
            return;
        }
    }
}
