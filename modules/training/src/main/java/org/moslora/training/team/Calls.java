package org.moslora.training.team;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.SocketChannel;

/** Calls the members of lower rank, each until it has shown that it knows the secret. */
final class Calls {
    private static final long PAUSE_MILLIS = 50;
    private static final int PATIENCE_MILLIS = 10_000;

    private final Membership own;
    private final Handshake handshake;

    Calls(Membership own) {
        this.own = own;
        this.handshake = new Handshake(own);
    }

    /**
     * A connection to a member.
     *
     * @param deadline by {@link System#nanoTime}
     * @throws PeerLost where it does not answer by then
     */
    SocketChannel to(int rank, String address, long deadline) {
        IOException last = new IOException("no answer");
        while (deadline - System.nanoTime() > 0) {
            try {
                return tried(rank, MeshAddress.parse(address), deadline);
            } catch (IOException again) {
                last = again;
            }
            pause(rank, address);
        }
        throw new PeerLost("worker " + rank + " at " + address + " does not answer: " + last.getMessage(), last);
    }

    private SocketChannel tried(int rank, InetSocketAddress address, long deadline) throws IOException {
        SocketChannel channel = SocketChannel.open();
        try {
            int patience = (int) Math.max(1, Math.min(PATIENCE_MILLIS, (deadline - System.nanoTime()) / 1_000_000));
            Socket socket = channel.socket();
            socket.connect(address, patience);
            socket.setSoTimeout(patience);
            ByteBuffer hello = handshake.hello();
            write(channel, hello.duplicate());
            ByteBuffer answer = read(socket, Handshake.ANSWER, patience);
            byte[] proof = handshake.callersProof(hello, answer, rank);
            if (proof == null) {
                throw new IOException("who answers there is not of this team");
            }
            write(channel, ByteBuffer.wrap(proof));
            return channel;
        } catch (IOException | RuntimeException failure) {
            channel.close();
            throw failure instanceof IOException io ? io : new IOException(failure.toString(), failure);
        }
    }

    private static void write(SocketChannel channel, ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
    }

    /** So many bytes, all of them within the patience, however slowly they drip. */
    private static ByteBuffer read(Socket socket, int count, int patience) throws IOException {
        long until = System.nanoTime() + patience * 1_000_000L;
        ByteBuffer bytes = ByteBuffer.allocate(count);
        ReadableByteChannel source = Channels.newChannel(socket.getInputStream());
        while (bytes.hasRemaining()) {
            if (source.read(bytes) < 0 || until - System.nanoTime() < 0) {
                throw new IOException("it hung up");
            }
        }
        return bytes.flip();
    }

    private void pause(int rank, String address) {
        try {
            Thread.sleep(PAUSE_MILLIS);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new PeerLost(
                    "rank " + own.rank() + " was interrupted calling worker " + rank + " at " + address, interrupted);
        }
    }
}
