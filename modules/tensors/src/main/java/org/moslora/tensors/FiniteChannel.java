package org.moslora.tensors;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.WritableByteChannel;
import org.moslora.problems.FieldName;
import org.moslora.problems.NotFinite;

/** Lets the values of a tensor pass on their way into a file, as long as they are finite. */
public final class FiniteChannel implements WritableByteChannel {
    private final WritableByteChannel out;
    private final TensorInfo info;

    private FiniteChannel(WritableByteChannel out, TensorInfo info) {
        this.out = out;
        this.info = info;
    }

    /**
     * Writes a tensor.
     *
     * @throws NotFinite when a value is not finite: it was computed so, or is too large for its number format
     */
    public static void write(TensorData tensor, WritableByteChannel out) throws IOException {
        boolean looked = tensor instanceof CopiedData || !tensor.info().dtype().isFloating();
        tensor.writeTo(looked ? out : new FiniteChannel(out, tensor.info()));
    }

    @Override
    public int write(ByteBuffer bytes) throws IOException {
        // Whoever writes does so in whole entries; a piece that is not taken whole comes again from within one.
        ByteBuffer whole = bytes.duplicate().order(ByteOrder.LITTLE_ENDIAN);
        if (whole.remaining() % info.dtype().bytes() == 0
                && NonFinite.first(info.dtype(), whole).isPresent()) {
            throw new NotFinite("tensor " + NameExcerpt.name(info.name()) + " came to values that " + info.dtype()
                    + " does not hold: NaN or infinity; nothing was written. Try " + FieldName.of("dtype")
                    + " fp32, or a smaller scale");
        }
        int written = 0;
        while (bytes.hasRemaining()) {
            written += out.write(bytes);
        }
        return written;
    }

    @Override
    public boolean isOpen() {
        return out.isOpen();
    }

    @Override
    public void close() throws IOException {
        out.close();
    }
}
