package org.moslora.adapters;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.moslora.adapters.kind.AdapterKind;
import org.moslora.adapters.kind.AdapterSpec;
import org.moslora.adapters.kind.FactorInit;
import org.moslora.adapters.kind.MixerInit;
import org.moslora.layers.Compute;
import org.moslora.problems.InvalidInput;

/** {@code init_from}: the given adapter is taken whole or not at all. */
class AdapterInitializationTest {
    @TempDir
    Path folder;

    private List<String> remarks;

    private static AdapterSpec spec(AdapterKind kind, int rank, double alpha) {
        return new AdapterSpec(kind, rank, alpha, 0, MixerInit.KAIMING, FactorInit.KAIMING);
    }

    /** Starts a training of the query layers of these blocks from a folder; gives the output of the first. */
    private Matrix started(TinyFolder made, AdapterSpec spec, String layers, boolean projector) {
        AdapterPlan plan = new AdapterPlan()
                .adapt("adapter", TinyModel.TEXT, new Targets(List.of("q_proj"), List.of(), layers), spec);
        if (projector) {
            plan.train("projector", TinyModel.PROJECTOR);
        }
        try (TinyModel model = new TinyModel(plan);
                AdapterFile file = AdapterFile.open(made.write(folder.resolve("a")))) {
            TrainedAdapters adapters = plan.build(model.arena, Compute.cpu(), 1);
            remarks = AdapterInitialization.load(file, Set.of("adapter"), adapters, model.arena, Compute.cpu());
            adapters.materialize(model.arena);
            return model.output(TinyModel.QUERY);
        }
    }

    private Matrix used(TinyFolder made) {
        Path path = made.write(folder.resolve("b"));
        try (LoadedAdapters fixed = LoadedAdapters.open(List.of(new ScaledAdapter(path, 1)));
                TinyModel model = new TinyModel(fixed)) {
            fixed.attach(model.arena, Compute.cpu());
            return model.output(TinyModel.QUERY);
        }
    }

    private void refused(TinyFolder made, AdapterSpec spec, String layers, boolean projector, String... words) {
        assertThatThrownBy(() -> started(made, spec, layers, projector))
                .isInstanceOf(InvalidInput.class)
                .hasMessageContainingAll(words);
    }

    @Test
    void theGivenAdapterIsWhereTrainingStarts() {
        started(TinyFolder.lora(), spec(AdapterKind.LORA, 2, 3), "0", false).mustBe(used(TinyFolder.lora()));
        assertThat(remarks).isEmpty();
        started(TinyFolder.moslora(), spec(AdapterKind.MOSLORA, 2, 3), "0", false)
                .mustBe(used(TinyFolder.moslora()));
        assertThat(remarks).isEmpty();
    }

    @Test
    void loraStartsMoslorasMixersAtTheIdentityAndSaysSo() {
        started(TinyFolder.lora(), spec(AdapterKind.MOSLORA, 2, 3), "0", false).mustBe(used(TinyFolder.lora()));
        assertThat(remarks).hasSize(1);
        assertThat(remarks.get(0)).contains("identity");
    }

    @Test
    void aMixerDoesNotFitIntoLora() {
        refused(TinyFolder.moslora(), spec(AdapterKind.LORA, 2, 3), "0", false, "adapter.init_from", "mixer");
    }

    @Test
    void anotherRankOrAlphaIsRefused() {
        refused(TinyFolder.lora(), spec(AdapterKind.LORA, 3, 4.5), "0", false, "rank 2", "the recipe 3");
        refused(TinyFolder.lora(), spec(AdapterKind.LORA, 2, 4), "0", false, "alpha 3.0", "the recipe 4.0");
    }

    @Test
    void whatIsWrongWithManyLayersIsToldOnce() {
        TinyFolder two =
                TinyFolder.lora().layer(TinyFolder.BASE + TinyModel.TEXT + "layers.1.self_attn.q_proj", 2, 6, 6);
        assertThatThrownBy(() -> started(two, spec(AdapterKind.LORA, 3, 4.5), "0-1", false))
                .isInstanceOfSatisfying(
                        InvalidInput.class,
                        invalid -> assertThat(invalid.problems()).hasSize(1));
    }

    @Test
    void everyLayerOfTheRecipeMustBeThere() {
        refused(TinyFolder.lora(), spec(AdapterKind.LORA, 2, 3), "0-1", false, "has no layer for", "layers.1.");
    }

    @Test
    void everyLayerOfTheFolderMustBeUsed() {
        TinyFolder more =
                TinyFolder.lora().layer(TinyFolder.BASE + TinyModel.TEXT + "layers.1.self_attn.q_proj", 2, 6, 6);
        refused(more, spec(AdapterKind.LORA, 2, 3), "0", false, "1 layers that the recipe does not adapt", "layers.1.");
    }

    @Test
    void aMisshapenLayerIsNamedWithBothSides() {
        TinyFolder made = TinyFolder.lora().put(TinyFolder.BASE + TinyModel.QUERY + ".lora_A.weight", 2, 5);
        refused(made, spec(AdapterKind.LORA, 2, 3), "0", false, "[2, 5]", "6 inputs", "another base?");
    }

    @Test
    void aTrainedProjectorNeedsOneThatIsTrained() {
        TinyFolder made = TinyFolder.lora()
                .beside("linear_1.weight", 6, 8)
                .beside("linear_1.bias", 6)
                .beside("linear_2.weight", 6, 6)
                .beside("linear_2.bias", 6);
        started(made, spec(AdapterKind.LORA, 2, 3), "0", true);
        refused(made, spec(AdapterKind.LORA, 2, 3), "0", false, "projector.train: true");
        made.projector.remove("linear_2.bias");
        refused(made, spec(AdapterKind.LORA, 2, 3), "0", true, "linear_2.bias");
        made.beside("linear_2.bias", 7);
        refused(made, spec(AdapterKind.LORA, 2, 3), "0", true, "linear_2.bias", "(7)");
    }
}
