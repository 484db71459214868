package org.moslora.app.archive;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** The archive is one that tar reads, the same every time, and holds what one system needs. */
final class DistributionTest {
    private static final List<String> KEPT = List.of(
            "ai/onnxruntime/OrtSession.class",
            "ai/onnxruntime/native/linux-x64/libonnxruntime.so",
            "native/lib/tokenizers.properties",
            "native/lib/linux-x86_64/cpu/libtokenizers.so",
            "jnilib/linux-x86_64/cpu/libdjl_torch.so",
            "com/sun/jna/linux-x86-64/libjnidispatch.so",
            "com/sun/jna/Native.class",
            "org/bytedeco/opencv/linux-x86_64/libopencv_core.so.413",
            "org/bytedeco/opencv/linux-x86_64/libjniopencv_imgcodecs.so",
            "org/bytedeco/opencv/opencv_core/Mat.class",
            "org/bytedeco/openblas/linux-x86_64/libopenblas.so.0",
            "org/bytedeco/openblas/linux-x86_64/libgfortran.so.5");
    private static final List<String> LEFT_OUT = List.of(
            "ai/onnxruntime/native/win-x64/onnxruntime.dll",
            "native/lib/osx-aarch64/cpu/libtokenizers.dylib",
            "jnilib/linux-x86_64/cu128/libdjl_torch.so",
            "com/sun/jna/win32-x86/jnidispatch.dll",
            "org/bytedeco/opencv/linux-x86_64/libopencv_dnn.so.413",
            "org/bytedeco/opencv/linux-x86_64/share/opencv4/face.xml",
            "org/bytedeco/openblas/linux-x86_64/include/lapack.h");

    @TempDir
    private Path folder;

    private static byte[] jar(List<String> names) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream out = new ZipOutputStream(bytes)) {
            for (String name : names) {
                out.putNextEntry(new ZipEntry(name));
                out.write(name.getBytes(StandardCharsets.UTF_8));
            }
        }
        return bytes.toByteArray();
    }

    private static List<String> names(byte[] jar) throws IOException {
        List<String> names = new ArrayList<>();
        try (ZipInputStream in = new ZipInputStream(new ByteArrayInputStream(jar))) {
            for (ZipEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
                names.add(entry.getName());
            }
        }
        return names;
    }

    @Test
    void whatOtherSystemsNeedIsLeftOut() throws IOException {
        List<String> all = new ArrayList<>(KEPT);
        all.addAll(LEFT_OUT);
        byte[] lean = new LeanJar("linux-x86_64").of(jar(all));
        assertThat(names(lean)).containsExactlyElementsOf(KEPT);
        assertThat(names(new LeanJar("win-x86_64").of(jar(all))))
                .contains("ai/onnxruntime/native/win-x64/onnxruntime.dll")
                .doesNotContain("ai/onnxruntime/native/linux-x64/libonnxruntime.so");
    }

    @Test
    @DisabledOnOs(OS.WINDOWS)
    void tarReadsItAndTwoAreAlike() throws Exception {
        Path root = Path.of(System.getProperty("moslora.root"));
        Path built = Files.createDirectories(folder.resolve("built/lib")).getParent();
        Files.write(built.resolve("moslora.jar"), jar(List.of("a.class")));
        Files.write(built.resolve("lib/some-library.jar"), jar(KEPT));
        List<Path> archives = new ArrayList<>();
        for (String out : List.of("one", "two")) {
            Distribution.main(
                    root.toString(),
                    built.toString(),
                    "9",
                    "linux-x86_64",
                    folder.resolve(out).toString());
            archives.add(folder.resolve(out).resolve("moslora-9-linux-x86_64.tar.gz"));
        }
        assertThat(archives.get(0)).hasSameBinaryContentAs(archives.get(1));
        Process tar = new ProcessBuilder("tar", "xzf", archives.get(0).toString(), "-C", folder.toString())
                .inheritIO()
                .start();
        assertThat(tar.waitFor(30, TimeUnit.SECONDS)).isTrue();
        Path unpacked = folder.resolve("moslora-9-linux-x86_64");
        assertThat(unpacked.resolve("moslora")).isExecutable();
        assertThat(unpacked.resolve("lib/some-library.jar"))
                .hasSameBinaryContentAs(built.resolve("lib/some-library.jar"));
        assertThat(unpacked.resolve("moslora.cmd")).content().contains("\r\n");
        assertThat(unpacked.resolve("recipes/tiny.yaml")).content().contains("$schema=../recipe.schema.json");
        assertThat(unpacked.resolve("LICENSE")).hasSameBinaryContentAs(root.resolve("LICENSE"));
    }
}
