package org.moslora.layers;

import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.IValue;
import ai.djl.pytorch.jni.IValueUtils;
import ai.djl.pytorch.jni.JniUtils;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The TorchScript kernels, compiled once a process. Each covers a whole block of a model in one native call; device
 * and number format come with the arrays. Kernels run without autograd: their gradients are written out by hand, so
 * nothing is kept that a block does not return.
 */
public final class Kernels {
    private static final List<String> SOURCES = List.of(
            "kernels/blocks.py",
            "kernels/arrays.py",
            "kernels/folded.py",
            "kernels/products.py",
            "kernels/experts.py",
            "kernels/quantised.py",
            "kernels/linear.py",
            "kernels/onednn.py",
            "kernels/attention.py",
            "kernels/sight.py",
            "kernels/decoder.py",
            "kernels/vision.py",
            "kernels/patches.py",
            "kernels/projector.py",
            "kernels/tiles.py",
            "kernels/head.py",
            "kernels/optimizer.py",
            "kernels/kinds.py",
            "kernels/convolution.py",
            "kernels/unet.py",
            "kernels/autoencoder.py",
            "kernels/text_encoder.py",
            "kernels/t5.py",
            "kernels/mmdit.py",
            "kernels/joint.py",
            "kernels/streams.py",
            "kernels/single_stream.py",
            "kernels/flux2.py",
            "kernels/adapters.py",
            "kernels/denoising.py",
            "kernels/pretraining.py",
            "kernels/alone.py");

    private static volatile @Nullable KernelWatch watch;

    private final PtSymbolBlock module;

    private Kernels(PtSymbolBlock module) {
        this.module = module;
    }

    /** The kernels of this process; the first call compiles them. */
    public static Kernels get() {
        return Holder.KERNELS;
    }

    private static final class Holder {
        static final Kernels KERNELS = load(SOURCES, text -> text);
    }

    /** Lets something see all calls from now on; null for nothing. */
    static void watched(@Nullable KernelWatch by) {
        watch = by;
    }

    /** Others of the same names: of these sources and more, each changed. */
    static Kernels changed(List<String> more, UnaryOperator<String> change) {
        List<String> sources = new ArrayList<>(SOURCES);
        sources.addAll(more);
        return load(sources, change);
    }

    private static Kernels load(List<String> sources, UnaryOperator<String> change) {
        byte[] archive = OneDnn.isQuicker()
                ? KernelArchive.of(Kernels.class, sources, change)
                : KernelArchive.of(
                        Kernels.class,
                        sources.stream()
                                .filter(name -> !name.equals(OneDnn.KERNELS))
                                .toList(),
                        text -> OneDnn.without(change.apply(text)));
        try {
            Arena forever = Arena.open(Compute.cpu());
            ByteArrayInputStream stream = new ByteArrayInputStream(archive);
            return new Kernels(NativeCalls.during(() -> JniUtils.loadModule(forever.manager(), stream, false, false)));
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
    }

    /**
     * Runs one kernel.
     *
     * @param arena owns the results
     * @param name the kernel's method
     * @param arguments in its order: NDArray, Structure, {@code List<NDArray>}, Long, Integer, Double, Boolean,
     *     String, long[], double[]
     * @return the kernel's list of arrays
     */
    public NDArray[] call(Arena arena, String name, Object... arguments) {
        KernelWatch by = watch;
        return by == null
                ? unwatched(arena, name, arguments)
                : by.call(name, arguments, () -> unwatched(arena, name, arguments));
    }

    NDArray[] unwatched(Arena arena, String name, Object... arguments) {
        return NativeCalls.during(() -> {
            try (IValue result = run(name, arguments)) {
                return result.toTensorArray(arena.manager());
            }
        });
    }

    /**
     * Makes a structure by the kernel of its name.
     *
     * @param arena lets go of it when it ends
     */
    public Structure structure(Arena arena, String name, Object... arguments) {
        Structure made = unwatchedStructure(arena, name, arguments);
        KernelWatch by = watch;
        if (by != null) {
            by.made(made, name, arguments);
        }
        return made;
    }

    Structure unwatchedStructure(Arena arena, String name, Object... arguments) {
        return NativeCalls.during(() -> new Structure(arena.manager(), run(name, arguments)));
    }

    private IValue run(String name, Object... arguments) {
        IValue[] values = new IValue[arguments.length];
        for (int i = 0; i < arguments.length; i++) {
            values[i] = value(arguments[i]);
        }
        try {
            return IValueUtils.runMethod(module, name, values);
        } catch (EngineException failed) {
            throw new EngineException("kernel " + name + ": " + failed.getMessage(), failed);
        } finally {
            for (int i = 0; i < values.length; i++) {
                if (!(arguments[i] instanceof Structure)) {
                    values[i].close();
                }
            }
        }
    }

    /** Runs a kernel that returns one array. */
    public NDArray one(Arena arena, String name, Object... arguments) {
        return call(arena, name, arguments)[0];
    }

    /** Arrays one after the other along an axis; a single one as it is. */
    public NDArray joined(Arena arena, List<NDArray> parts, int axis) {
        return parts.size() == 1 ? parts.get(0) : one(arena, "concatenated", parts, axis);
    }

    /** The entries of an array in whatever number format, on whatever device. */
    public float[] floats(Arena arena, NDArray array) {
        return one(arena, "converted", array, Precision.FP32.scalarType(), "cpu")
                .toFloatArray();
    }

    private static IValue value(Object argument) {
        if (argument instanceof NDArray array) {
            return IValue.from((PtNDArray) array);
        }
        if (argument instanceof Structure structure) {
            return structure.value();
        }
        if (argument instanceof List<?> list) {
            return IValue.listFrom(list.toArray(new PtNDArray[0]));
        }
        return scalar(argument);
    }

    private static IValue scalar(Object argument) {
        if (argument instanceof long[] longs) {
            return IValue.listFrom(longs);
        }
        if (argument instanceof double[] doubles) {
            return IValue.listFrom(doubles);
        }
        if (argument instanceof Long || argument instanceof Integer) {
            return IValue.from(((Number) argument).longValue());
        }
        if (argument instanceof Double number) {
            return IValue.from(number);
        }
        if (argument instanceof Boolean flag) {
            return IValue.from(flag);
        }
        return IValue.from((String) argument);
    }
}
