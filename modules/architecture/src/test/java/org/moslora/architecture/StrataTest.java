package org.moslora.architecture;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What may depend on what: modules ← datasets ← pipelines ← samples, and no rings anywhere. */
final class StrataTest {
    @Test
    void everyPackageIsSeen() {
        Set<String> seen =
                House.CLASSES.stream().map(type -> type.getPackageName()).collect(java.util.stream.Collectors.toSet());
        assertThat(seen).containsAll(House.packages("modules")).containsAll(House.packages("samples"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"modules", "datasets", "pipelines"})
    void aStratumDependsOnlyOnThoseBeforeIt(String stratum) {
        List<String> later = new ArrayList<>();
        House.STRATA
                .subList(House.STRATA.indexOf(stratum) + 1, House.STRATA.size())
                .forEach(other -> later.addAll(House.packages(other)));
        noClasses()
                .that()
                .resideInAnyPackage(exactly(House.packages(stratum)))
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(later.toArray(new String[0]))
                .check(House.CLASSES);
    }

    @Test
    void packagesFormNoRing() {
        slices().matching("org.moslora.(**)").should().beFreeOfCycles().check(House.CLASSES);
    }

    @Test
    void modelsKnowNeitherEachOtherNorAdapters() {
        blind("modules/llama", "modules/llava", "modules/diffusion", "modules/adapters");
        blind("modules/llava", "modules/diffusion", "modules/adapters");
        blind("modules/diffusion", "modules/llama", "modules/llava", "modules/adapters");
    }

    @Test
    void adaptersKnowNoModel() {
        blind("modules/adapters", "modules/llama", "modules/llava", "modules/diffusion");
    }

    /** What a model calls its components is said by its keys, and by nothing that works on any model. */
    @ParameterizedTest
    @ValueSource(strings = {"modules/adapters", "modules/onnx"})
    void whatTakesAnyModelNamesNoComponent(String module) {
        assertThat(House.sources(module))
                .isNotEmpty()
                .allSatisfy(source -> assertThat(House.text(source))
                        .as(House.name(source))
                        .doesNotContain("multi_modal_projector", "\"model.language_model", "\"model.vision_tower"));
    }

    @Test
    void problemsDependOnNothing() {
        classes()
                .that()
                .resideInAnyPackage(exactly(House.packages("modules/problems")))
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage("org.moslora.problems", "java..", "org.jspecify..")
                .check(House.CLASSES);
    }

    @Test
    void theConsoleKnowsNothingOfLearning() {
        noClasses()
                .that()
                .resideInAPackage("org.moslora.console..")
                .should()
                .dependOnClassesThat(com.tngtech.archunit.base.DescribedPredicate.describe(
                        "belong to another module",
                        type -> type.getPackageName().startsWith("org.moslora")
                                && !type.getPackageName().startsWith("org.moslora.console")
                                && !type.getPackageName().equals("org.moslora.problems")))
                .orShould()
                .dependOnClassesThat()
                .resideInAPackage("ai.djl..")
                .check(House.CLASSES);
    }

    @Test
    void onlyLayersAndModelsTouchTheEngineLibrary() {
        noClasses()
                .that()
                .resideInAnyPackage(
                        "org.moslora.tensors..", "org.moslora.datasets..", "org.moslora.app..", "org.moslora.console..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("ai.djl..")
                .check(House.CLASSES);
    }

    private static void blind(String module, String... others) {
        for (String other : others) {
            noClasses()
                    .that()
                    .resideInAnyPackage(exactly(House.packages(module)))
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage(exactly(House.packages(other)))
                    .check(House.CLASSES);
        }
    }

    private static String[] exactly(Set<String> packages) {
        return packages.toArray(new String[0]);
    }
}
