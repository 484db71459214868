package org.moslora.layers;

import ai.djl.ndarray.NDArray;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.LibUtils;
import com.sun.jna.Library;
import com.sun.jna.Native;
import com.sun.jna.Pointer;
import com.sun.jna.ptr.PointerByReference;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Arrays over memory that Java holds, in any number format. DJL cannot make a bfloat16 array, so this goes through
 * libtorch's stable C interface, whose handles are the ones that DJL uses.
 */
final class Tensors {
    private static final int STRIDED = 0;

    private Tensors() {}

    /** The one function of libtorch's C interface that is called. */
    interface Torch extends Library {
        int aoti_torch_create_tensor_from_blob_v2(
                Pointer data,
                long dimensions,
                long[] sizes,
                long[] strides,
                long offset,
                int format,
                int deviceType,
                int deviceIndex,
                PointerByReference made,
                int layout,
                Pointer metadata,
                long metadataSize);
    }

    private static final class Holder {
        static final Torch TORCH = load();

        private static Torch load() {
            Path folder = Path.of(LibUtils.getLibtorchPath());
            for (String name : new String[] {"libtorch_cpu.so", "libtorch_cpu.dylib", "torch_cpu.dll"}) {
                if (Files.exists(folder.resolve(name))) {
                    return Native.load(folder.resolve(name).toString(), Torch.class);
                }
            }
            throw new IllegalStateException("no libtorch_cpu in " + folder);
        }
    }

    /**
     * A window onto memory, never written to; the buffer stays alive as long as the array.
     *
     * @param format libtorch's code of the number format
     */
    static NDArray over(Arena arena, ByteBuffer memory, int format, long[] shape) {
        long[] strides = new long[shape.length];
        long stride = 1;
        for (int i = shape.length - 1; i >= 0; i--) {
            strides[i] = stride;
            stride *= shape[i];
        }
        PointerByReference made = new PointerByReference();
        int failed = Holder.TORCH.aoti_torch_create_tensor_from_blob_v2(
                Native.getDirectBufferPointer(memory),
                shape.length,
                shape,
                strides,
                0,
                format,
                0,
                0,
                made,
                STRIDED,
                Pointer.NULL,
                0);
        if (failed != 0) {
            throw new IllegalStateException("libtorch made no array over " + memory.remaining() + " bytes");
        }
        return new PtNDArray(arena.manager(), Pointer.nativeValue(made.getValue()), memory);
    }
}
