package org.moslora.layers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.IValue;
import ai.djl.pytorch.jni.IValueUtils;
import ai.djl.pytorch.jni.JniUtils;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.junit.jupiter.api.Test;

class KernelArchiveTest {
    private static final List<String> ARRAYS = List.of("kernels/arrays.py");

    @Test
    void libtorchLoadsTheBytes() throws IOException {
        byte[] archive = KernelArchive.of(Kernels.class, ARRAYS);
        try (Arena arena = Cpu.arena()) {
            PtSymbolBlock module =
                    JniUtils.loadModule(arena.manager(), new ByteArrayInputStream(archive), false, false);
            NDArray x = arena.floats(new float[] {1, 2}, 2);
            try (IValue given = IValue.from((PtNDArray) x);
                    IValue scale = IValue.from(3.0);
                    IValue made = IValueUtils.runMethod(module, "scaled", given, scale)) {
                assertThat(made.toTensorArray(arena.manager())[0].toFloatArray())
                        .containsExactly(3, 6);
            }
        }
    }

    @Test
    void theSameSourcesGiveTheSameEntriesStoredInOneFolder() throws IOException {
        List<String> names = new ArrayList<>();
        try (ZipInputStream zip =
                new ZipInputStream(new ByteArrayInputStream(KernelArchive.of(Kernels.class, ARRAYS)))) {
            for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
                assertThat(entry.getMethod()).isEqualTo(ZipEntry.STORED);
                names.add(entry.getName());
            }
        }
        assertThat(names)
                .containsExactly(
                        "kernels/data.pkl", "kernels/code/__torch__.py", "kernels/constants.pkl", "kernels/version");
    }

    @Test
    void aSourceThatIsNotThereIsNamed() {
        assertThatThrownBy(() -> KernelArchive.of(Kernels.class, List.of("kernels/none.py")))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("kernels/none.py");
    }
}
