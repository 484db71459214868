package org.moslora.adapters;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.moslora.adapters.kind.AdapterKind;
import org.moslora.adapters.kind.AdapterOptions;
import org.moslora.adapters.kind.AdapterSpec;
import org.moslora.adapters.kind.FactorInit;
import org.moslora.adapters.kind.KindSettings;
import org.moslora.adapters.kind.LayerPatterns;
import org.moslora.adapters.kind.MixerInit;
import org.moslora.adapters.kind.TrainedBias;
import org.moslora.layers.Compute;
import org.moslora.layers.Kernels;
import org.moslora.problems.InvalidInput;

/** What is trained with one kind on a model's language half and another on its tower is read back as it was. */
class MixedKindsTest {
    private static final AdapterOrigin ORIGIN = new AdapterOrigin("base", "llava", "vicuna_v1", "pad", "none");
    private static final Targets ALL = new Targets(List.of("all-linear"), List.of(), null);

    @TempDir
    Path folder;

    private static AdapterSpec spec(AdapterKind kind, int rank, AdapterOptions options) {
        return new AdapterSpec(
                kind,
                rank,
                5,
                0,
                MixerInit.KAIMING,
                FactorInit.KAIMING,
                options,
                LayerPatterns.NONE,
                KindSettings.DEFAULT);
    }

    private Path written(TinyModel model, AdapterPlan plan) throws IOException {
        TrainedAdapters adapters = plan.build(model.arena, Compute.cpu(), 1);
        int size = (int) adapters.parameters().size();
        float[] values = Matrix.random(new Random(5), 1, size).scaled(0.5).floats();
        Kernels.get().call(model.arena, "copied_into", adapters.parameters().value(), model.arena.floats(values, size));
        adapters.materialize(model.arena);
        Path native_ = folder.resolve("native");
        NativeFolder.fill(native_, model.arena, adapters, ORIGIN, List.of("all-linear"));
        return native_;
    }

    private static AdapterPlan plan(AdapterSpec text, AdapterSpec vision) {
        return new AdapterPlan()
                .adapt("adapter", TinyModel.TEXT, ALL, text)
                .adapt("vision.adapter", TinyModel.VISION, ALL, vision);
    }

    private void reads(AdapterSpec text, AdapterSpec vision, boolean parted) throws IOException {
        AdapterPlan plan = plan(text, vision);
        try (TinyModel model = new TinyModel(plan)) {
            Path native_ = written(model, plan);
            assertThat(Files.exists(native_.resolve("vision/adapter_config.json")))
                    .isEqualTo(parted);
            try (LoadedAdapters loaded = LoadedAdapters.open(List.of(new ScaledAdapter(native_, 1)));
                    TinyModel again = new TinyModel(loaded)) {
                loaded.attach(again.arena, Compute.cpu());
                for (String path : model.paths()) {
                    again.output(path).mustBe(model.output(path));
                }
            }
        }
    }

    /** AdaLoRA begins with a rank of its own. */
    private static int rank(AdapterKind kind) {
        return kind == AdapterKind.ADALORA ? KindSettings.DEFAULT.adalora().initialRank() : 4;
    }

    @ParameterizedTest
    @CsvSource({
        "moslora,lora",
        "lora,moslora",
        "dora,lora",
        "lora,dora",
        "loha,lora",
        "lokr,loha",
        "moe-lora,lora",
        "butterfly,flora",
        "adalora,lora",
        "lora,adalora"
    })
    void everyTowerKeepsItsKind(String language, String tower) throws IOException {
        AdapterKind text = AdapterKind.of(language);
        AdapterKind vision = AdapterKind.of(tower);
        reads(spec(text, rank(text), AdapterOptions.NONE), spec(vision, rank(vision), AdapterOptions.NONE), true);
    }

    @Test
    void theOptionsOfOneKindMayDifferToo() throws IOException {
        AdapterOptions root = new AdapterOptions(true, false, 1);
        AdapterOptions biased = new AdapterOptions(false, false, 1, TrainedBias.LORA_ONLY);
        reads(spec(AdapterKind.LORA, 4, root), spec(AdapterKind.LORA, 2, biased), true);
    }

    @Test
    void oneKindIsOneFolderWhateverItsRanks() throws IOException {
        reads(
                spec(AdapterKind.MOSLORA, 4, AdapterOptions.NONE),
                spec(AdapterKind.MOSLORA, 2, AdapterOptions.NONE),
                false);
    }

    @Test
    void aMissingOrMisnamedPartIsRefused() throws IOException {
        AdapterPlan plan =
                plan(spec(AdapterKind.MOSLORA, 4, AdapterOptions.NONE), spec(AdapterKind.LORA, 2, AdapterOptions.NONE));
        Path native_;
        try (TinyModel model = new TinyModel(plan)) {
            native_ = written(model, plan);
        }
        Path part = native_.resolve("vision");
        Files.move(part, native_.resolve("elsewhere"));
        assertThatThrownBy(() -> AdapterFile.open(native_))
                .isInstanceOf(InvalidInput.class)
                .hasMessageContaining(part.toString());
        Path config = native_.resolve("adapter_config.json");
        Files.writeString(config, Files.readString(config).replace("\"vision\"", "\"../native/elsewhere\""));
        assertThatThrownBy(() -> AdapterFile.open(native_))
                .isInstanceOf(InvalidInput.class)
                .hasMessageContaining("parts");
    }
}
