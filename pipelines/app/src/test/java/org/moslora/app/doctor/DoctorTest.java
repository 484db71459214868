package org.moslora.app.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.moslora.layers.Engine;

/** What the page about a machine says. */
final class DoctorTest {
    @TempDir
    private Path folder;

    @Test
    void thePageSaysWhatThereIsAndThatTrainingRuns() {
        List<String> page = new ArrayList<>();
        assertThat(Doctor.examine("moslora 1", 1, page::add)).isTrue();
        assertThat(page).hasSizeLessThan(40);
        for (String section :
                List.of("program", "processor", "memory", "CUDA", "torch", "libtorch", "threads", "cache")) {
            assertThat(page).as(section).anyMatch(line -> line.startsWith(section + " "));
        }
        assertThat(page).anyMatch(line -> line.matches("step +cpu fp32: loss [0-9.]+, gradient norm [0-9.]+, \\d+ ms"));
        assertThat(page).anyMatch(line -> line.matches(" +cpu bf16: loss .*; within .* of the CPU's in fp32"));
        assertThat(page).last().asString().matches("training +can run");
    }

    private Path torch(String environment, String version, String cuda, String... libraries) throws IOException {
        Path torch =
                Files.createDirectories(folder.resolve(environment).resolve("lib/python3.11/site-packages/torch/lib"));
        for (String library : libraries) {
            Files.writeString(torch.resolve(library), "");
        }
        Files.writeString(
                torch.resolveSibling("version.py"),
                "__version__ = '" + version + "'\ndebug = False\ncuda: Optional[str] = " + cuda + "\nhip = None\n");
        return torch;
    }

    @Test
    void aLibtorchForCudaIsFoundWithTheLineToSet() throws IOException {
        Path fits = torch("it's mine", "2.7.1+cu126", "'12.6'", "libtorch_cpu.so", "libtorch_cuda.so");
        torch("miniconda3/envs/old", "2.4.0+cu121", "'12.1'", "libtorch_cpu.so", "libtorch_cuda.so");
        torch("miniconda3/envs/eleven", "2.7.1+cu118", "'11.8'", "libtorch_cpu.so", "libtorch_cuda.so");
        torch(".local", "2.7.1+cpu", "None", "libtorch_cpu.so");
        torch("venv", "2.7.1", "None");
        List<TorchInstallation> found = TorchInstallation.find(
                Map.of("VIRTUAL_ENV", folder.resolve("it's mine").toString()), folder);
        List<TorchInstallation> own = found.stream()
                .filter(each -> each.libraries().startsWith(folder))
                .toList();
        assertThat(own).hasSize(4);
        assertThat(own).filteredOn(TorchInstallation::isForCuda).hasSize(3);
        TorchInstallation first = own.get(0);
        assertThat(first.libraries()).isEqualTo(fits);
        assertThat(first.fits()).isTrue();
        assertThat(first.setting())
                .startsWith("export MOSLORA_CUDA=1 PYTORCH_VERSION=" + Engine.LIBTORCH + " PYTORCH_FLAVOR=cu128")
                .endsWith("it'\\''s mine/lib/python3.11/site-packages/torch/lib'");
        assertThat(own)
                .filteredOn(TorchInstallation::isForCuda)
                .extracting(TorchInstallation::misfit)
                .anyMatch(why -> why.contains("calls 2.7.1"))
                .anyMatch(why -> why.contains("CUDA 11.8"));
    }

    @Test
    void whatAProcessorCanIsRead() {
        ProcessorFeatures processor = ProcessorFeatures.of(List.of(
                "processor\t: 0",
                "model name\t: AMD EPYC 9R14",
                "flags\t\t: fpu avx2 fma avx512f avx512_bf16 avx512_vnni"));
        assertThat(processor.model()).isEqualTo("AMD EPYC 9R14");
        assertThat(processor.known()).containsExactly("avx2", "fma", "avx512f", "avx512_vnni", "avx512_bf16");
        assertThat(processor.halves()).contains("instructions");
        assertThat(ProcessorFeatures.of(List.of("Features : fp asimd")).known()).containsExactly("asimd");
        assertThat(ProcessorFeatures.of(List.of()).halves()).contains("slower");
    }

    @Test
    void whatTrainingsComeToIsHeldAgainstTheCpu() {
        TinyTraining.Outcome right = new TinyTraining.Outcome(2, 10, 0.1);
        assertThat(new TinyTraining.Outcome(2.0001, 10, 0.1).against(right, "fp32"))
                .startsWith("within 5.0e-05");
        assertThat(new TinyTraining.Outcome(2.1, 10, 0.1).against(right, "fp32"))
                .startsWith("WRONG: off by 5.0e-02");
    }

    @Test
    void cachesAreToldWithTheirSizes() throws IOException {
        Files.write(Files.createDirectories(folder.resolve("cache/models")).resolve("a"), new byte[3 << 20]);
        Files.write(folder.resolve("cache/b"), new byte[1 << 20]);
        assertThat(CacheSizes.of(folder.resolve("cache")).told()).endsWith("cache: 4 MB (models 3 MB, b 1 MB)");
        assertThat(CacheSizes.of(folder.resolve("none")).told()).endsWith("none: 0 MB");
    }
}
