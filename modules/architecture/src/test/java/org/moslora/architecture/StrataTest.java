package org.moslora.architecture;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
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

    /** What serves tests reaches nobody who uses the library, though it is compiled like the rest. */
    @Test
    void onlyTestsKnowWhatTheyShare() {
        noClasses()
                .that()
                .resideOutsideOfPackage("org.moslora.testing")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("org.moslora.testing")
                .check(House.CLASSES);
        String asked = "<artifactId>moslora-testing</artifactId>";
        List<Path> poms = House.files(House.ROOT).stream()
                .filter(file -> file.endsWith("pom.xml"))
                .filter(file -> !file.equals(House.ROOT.resolve("pom.xml")))
                .filter(file -> !House.name(file).startsWith("modules/testing/"))
                .filter(file -> House.text(file).contains(asked))
                .toList();
        assertThat(poms)
                .isNotEmpty()
                .allSatisfy(pom -> assertThat(House.text(pom))
                        .as(House.name(pom))
                        .containsPattern(asked + "\\s*<scope>test</scope>"));
    }

    /**
     * The drawn world, the models that are trained on it from nothing, what judges them and the quickstart made of it are
     * a workshop: programs that have all verbs know it, the library and its pipelines do not.
     */
    @Test
    void onlyProgramsKnowTheWorkshop() {
        List<String> workshop =
                List.of("datasets/miniature", "datasets/shipped", "pipelines/miniature", "pipelines/quickstart");
        Set<String> inside = new TreeSet<>();
        workshop.forEach(room -> inside.addAll(House.packages(room)));
        Set<String> programs = new TreeSet<>(House.packages("pipelines/app"));
        programs.addAll(House.packages("pipelines/spark"));
        noClasses()
                .that()
                .resideOutsideOfPackages(exactly(union(inside, programs)))
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(exactly(inside))
                .check(House.CLASSES);
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

    private static Set<String> union(Set<String> one, Set<String> other) {
        Set<String> both = new TreeSet<>(one);
        both.addAll(other);
        return both;
    }

    private static String[] exactly(Set<String> packages) {
        return packages.toArray(new String[0]);
    }
}
